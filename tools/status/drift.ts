import { remedyOf, type HostLook } from "../look";
import { shown, type Shown } from "../shared/shown";
import type { Difference, HostReport } from "./schema";

/** The differences that a look has found. */
export function differencesOf({ findings }: HostLook, stack: string): Difference[] {
  return findings.map((finding) => ({ text: finding.text, remedy: remedyOf(finding, stack) }));
}

/** A host's report with what a look at it has found. A host that could not be asked stays as it is. */
export function withDrift(report: Shown<HostReport>, look: HostLook, stack: string): Shown<HostReport> {
  if (!report.reached) return report;
  const problems = look.problem === undefined ? [] : [`${report.host}: ${unlooked(look)}`];
  const { drift, problems: more } = shown({ drift: differencesOf(look, stack), problems });
  return { ...report, drift: [...report.drift, ...drift], problems: [...report.problems, ...more] };
}

/** The report on a host that was only looked at. */
export function driftReport(look: HostLook, stack: string): Shown<HostReport> {
  const { host, problem } = look;
  const silentEngine = look.findings.some(({ text }) => text.startsWith("the Docker engine does not answer"));
  return shown({
    host: host.name,
    reached: problem === undefined && !silentEngine,
    instances: [],
    containers: [],
    unknown: 0,
    problems: problem === undefined ? [] : [`Host ${host.name}: ${unlooked(look)}`],
    remarks: [],
    drift: differencesOf(look, stack),
  });
}

function unlooked({ problem = "" }: HostLook): string {
  return `could not be looked at: ${problem.replace(/^Host \S+: /, "")}`;
}
