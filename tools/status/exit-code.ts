import { UsageError } from "../shared/usage";
import type { HostReport } from "./report";

/** The program's exit codes; if several apply, the highest is used. Scripts rely on these numbers. */
export const exitCodes = {
  allWell: 0,
  /** A check fails, a config is refused, agent or generator is missing, unhealthy or restarting, or the host has drifted. */
  somethingWrong: 1,
  /** A host can't be asked. */
  notAsked: 2,
  wrongUse: 3,
} as const;

type CountedPart = "reached" | "instances" | "containers" | "problems" | "drift";

/** The exit code for some reports. Neither remarks nor containers that are recognised and not watched are problems. */
export function exitCode(reports: readonly Pick<HostReport, CountedPart>[]): number {
  return Math.max(
    exitCodes.allWell,
    ...reports.map(({ reached, instances, containers, problems, drift }) => {
      if (!reached) return exitCodes.notAsked;
      const errs =
        problems.length > 0 ||
        drift.length > 0 ||
        instances.some(({ error }) => error !== "") ||
        containers.some(({ watch }) => watch === "failing");
      return errs ? exitCodes.somethingWrong : exitCodes.allWell;
    }),
  );
}

/** The exit code for an error that ends the program before there are reports. */
export function failureCode(error: unknown): number {
  return error instanceof UsageError ? exitCodes.wrongUse : exitCodes.notAsked;
}
