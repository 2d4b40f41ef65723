import { z } from "zod";

import { hostName, wholeNumber } from "./formats";

/** In which order a change goes to the hosts. */
export const rollout = z.strictObject({
  canary: hostName.optional().meta({
    description: "The same as `canary`; set one of the two.",
    example: "web-1",
  }),
  batch: wholeNumber(1, 1000).optional().meta({
    description: "How many hosts change at the same time, after the canary. Default: all.",
    example: 4,
  }),
});

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
