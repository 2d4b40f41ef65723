import { z } from "zod";

import { hostName, wholeNumber } from "./formats";

/** The least time in which a generator can be called healthy and an agent can have read what it wrote, in seconds. */
const leastProofSeconds = 20;

/** The time that a host has to prove itself. */
const proofTime = z
  .string()
  .regex(/^\d{1,4}s$|^\d{1,2}m$/, "is a time in s or m, such as 60s")
  .refine((time) => secondsOf(time) >= leastProofSeconds, { message: `is too short: at least ${leastProofSeconds}s` });

/** In which order a change goes to the hosts, and what each one has to show. */
export const rollout = z.strictObject({
  canary: hostName.optional().meta({
    description: "The same as `canary`; set one of the two.",
    example: "web-1",
  }),
  batch: wholeNumber(1, 1000).optional().meta({
    description: "How many hosts change at the same time, after the canary. Default: all.",
    example: 4,
  }),
  proof: proofTime.optional().meta({
    description:
      "The time that a changed host has to prove that it collects what it collected before. A host that can't goes back to its old containers ([how](fleet.md#proof)). Default: no proof.",
    example: "60s",
  }),
});

/** Seconds of a time such as `60s` or `2m`. */
export function secondsOf(time: string): number {
  return Number.parseInt(time, 10) * (time.endsWith("m") ? 60 : 1);
}

/** What is wrong with a rollout beside the stack's own `canary`, or with a canary that is none of the hosts. */
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
