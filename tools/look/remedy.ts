import type { Finding } from "./finding";

/**
 * What a person can do about a finding.
 * @param stack before `make up` has tried: the stack's name. Default: `make up` has tried, and left it.
 */
export function remedyOf({ byHand, repair, ofApplication = false }: Finding, stack?: string): string {
  if (stack !== undefined && ofApplication) return `Run make up STACK=${stack} first. ${byHand ?? ""}`.trim();
  if (stack !== undefined && repair.done !== undefined) return `make up STACK=${stack} repairs it.`;
  return byHand ?? "Run again.";
}
