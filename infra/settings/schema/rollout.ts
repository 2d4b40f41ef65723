import { z } from "zod";

import { hostName, wholeNumber } from "./formats";
import { timeOfAtLeast } from "./time";

/** The shortest proof, in seconds: the generator needs that long to become healthy and the agent to read its configs. */
const minProofSeconds = 20;

/** The time limit for a host's proof. */
const proofTime = timeOfAtLeast(minProofSeconds, "60s");

/** The order in which hosts change, and the proof that each one must pass. */
export const rollout = z.strictObject({
  canary: hostName.optional().meta({
    description: "The same as `canary`; set one of the two.",
    example: "web-1",
  }),
  batch: wholeNumber(1, 1000).optional().meta({
    description:
      "How many hosts change at the same time, after the canary. Default: all, but four behind the same jump host.",
    example: 4,
  }),
  proof: proofTime.optional().meta({
    description:
      "The time that a changed host has to prove that it collects what it collected before. A host that can't goes back to its old containers ([how](fleet.md#proof)). Default: no proof.",
    example: "60s",
  }),
});

/** Problems with the canary: set twice (`canary` and `rollout.canary`), or not one of the hosts. */
export function rolloutProblems(stack: {
  readonly canary?: string | undefined;
  readonly rollout?: z.output<typeof rollout> | undefined;
  readonly hosts: readonly { readonly name: string }[];
}): { path: string[]; message: string }[] {
  const { canary, rollout: { canary: first } = {}, hosts } = stack;
  const names = hosts.map(({ name }) => name);
  const unknown = (name: string | undefined, path: string[]): { path: string[]; message: string }[] =>
    name === undefined || names.includes(name) ? [] : [{ path, message: `is none of the hosts: ${names.join(", ")}` }];
  return [
    ...unknown(canary, ["canary"]),
    ...unknown(first, ["rollout", "canary"]),
    ...(canary !== undefined && first !== undefined
      ? [{ path: ["rollout", "canary"], message: "is set by canary, too; keep one of the two" }]
      : []),
  ];
}
