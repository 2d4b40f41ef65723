import { redisSamples, type Sample } from "../../../sandbox/samples/samples";

/** A Redis that comes and goes while others stay, told from them by its project. */
export const newcomer: Sample = {
  ...(redisSamples[0] as Sample),
  name: "newcomer",
  environment: { SERVICE: "redis", PROJECT: "newcomer" },
};

/** Whether an instance is the newcomer's. */
export function isNewcomer({ tags }: { readonly tags?: unknown }): boolean {
  return Array.isArray(tags) && tags.includes("project:newcomer");
}
