import { neverMadeText, readLook, remedyOf, type ExpectedHost, type HostLook } from "../look";
import { UserError } from "../shared/errors";
import { shown, type Shown } from "../shared/shown";
import { reasonOf } from "./own-parts";
import { nothingFound } from "./report";
import type { Answer } from "../shared/questions";
import type { Difference, HostReport } from "./schema";

/** The differences that a look has found. */
function differencesOf({ findings }: HostLook, stack: string): Difference[] {
  return findings.map((finding) => ({ text: finding.text, remedy: remedyOf(finding, stack) }));
}

/** A host's report with what a look at it has found. A host that could not be asked stays as it is. */
export function withDrift(
  report: Shown<HostReport>,
  expected: ExpectedHost,
  answer: Answer,
  stack: string,
): Shown<HostReport> {
  if (!report.reached) return report;
  const look = lookIn(expected, answer);
  const problems = look.problem === undefined ? [] : [`${report.host}: ${unlooked(look)}`];
  const { drift, problems: more } = shown({ drift: differencesOf(look, stack), problems });
  return { ...report, drift: [...report.drift, ...drift], problems: [...report.problems, ...more] };
}

function lookIn(host: ExpectedHost, answer: Answer): HostLook {
  try {
    return readLook(host, answer.text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { host, findings: [], problem: `${error.message} (${reasonOf(answer)})` };
  }
}

/** The report on a host that was only looked at. */
export function driftReport(look: HostLook, stack: string): Shown<HostReport> {
  const { host, problem } = look;
  const silentEngine = look.findings.some(({ text }) => text.startsWith("the Docker engine does not answer"));
  return shown({
    host: host.name,
    reached: problem === undefined && !silentEngine,
    ...nothingFound,
    problems: problem === undefined ? [] : [`Host ${host.name}: ${unlooked(look)}`],
    drift: differencesOf(look, stack),
  });
}

/** The report on a host that the stack's file lists, and that no `up` has set up. */
export function neverMadeReport(host: string, stack: string): Shown<HostReport> {
  const remedy = `make up STACK=${stack} sets it up.`;
  return shown({ host, reached: true, ...nothingFound, drift: [{ text: neverMadeText, remedy }] });
}

function unlooked({ problem = "" }: HostLook): string {
  return `could not be inspected: ${problem.replace(/^Host \S+: /, "")}`;
}
