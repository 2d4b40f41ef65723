import { UsageError } from "../shared/usage";
import type { HostReport } from "./report";

/** The program's exit codes; if several apply, the highest is used. Scripts rely on these numbers. */
export const exitCodes = {
  allWell: 0,
  /** A check fails, a config is refused, or agent or generator is missing, unhealthy or restarting. */
  somethingWrong: 1,
  /** A host can't be asked. */
  notAsked: 2,
  wrongUse: 3,
} as const;

/** The exit code for some reports. Remarks don't count as problems. */
export function exitCode(reports: readonly Pick<HostReport, "reached" | "instances" | "problems">[]): number {
  return Math.max(
    exitCodes.allWell,
    ...reports.map(({ reached, instances, problems }) => {
      if (!reached) return exitCodes.notAsked;
      const errs = problems.length > 0 || instances.some(({ error }) => error !== "");
      return errs ? exitCodes.somethingWrong : exitCodes.allWell;
    }),
  );
}

/** The exit code for an error that ends the program before there are reports. */
export function failureCode(error: unknown): number {
  return error instanceof UsageError ? exitCodes.wrongUse : exitCodes.notAsked;
}
