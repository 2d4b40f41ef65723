import type { HostReport } from "./report";

/** How the program ends; if several apply, with the highest. Scripts rely on these numbers. */
export const exitCodes = {
  allWell: 0,
  /** A check errors, a config is refused, agent or generator is not there, unhealthy or restarting. */
  somethingWrong: 1,
  /** A host can't be asked. */
  notAsked: 2,
  wrongUse: 3,
} as const;

/** The exit code that some reports come to. What is only worth a word leaves all well. */
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
