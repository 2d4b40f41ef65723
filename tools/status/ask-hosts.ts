import { adviceFor } from "../deploy/advice";
import { lookAtHost, type ExpectedHost } from "../look";
import { ProcessError } from "../shared/run";
import type { Shown } from "../shared/shown";
import { sideBySide } from "../shared/side-by-side";
import { driftReport, withDrift } from "./drift";
import { lookAnswer, readHost, type WatchedHost } from "./read-host";
import { reportHost, reportSilence, type HostReport } from "./report";

/** How hosts are asked. */
export interface AskOptions {
  /** The stack's name. */
  readonly stack: string;
  /** What the stack's state says of each host, by the hosts' names. Hosts that are not here are not compared with it. */
  readonly expected: ReadonlyMap<string, ExpectedHost>;
  /** Called with a host's name as soon as there is a report on it. */
  readonly onReport?: (host: string) => void;
  /** How one host is asked. Default: over ssh. */
  readonly read?: typeof readHost;
}

/** Asks hosts, and reports on each in their order; one that can't be reached affects its own report only. */
export function askHosts(
  hosts: readonly WatchedHost[],
  { stack, expected, onReport = () => undefined, read = readHost }: AskOptions,
): Promise<Shown<HostReport>[]> {
  return sideBySide(hosts, async (host) => {
    const report = await askHost(host, expected.get(host.name), stack, read);
    onReport(host.name);
    return report;
  });
}

/** Compares hosts with the stack's state, and reports only the differences. */
export function compareHosts(
  hosts: readonly ExpectedHost[],
  { stack, onReport = () => undefined }: Pick<AskOptions, "stack" | "onReport">,
): Promise<Shown<HostReport>[]> {
  return sideBySide(hosts, async (host) => {
    const look = await lookAtHost(host);
    onReport(host.name);
    return driftReport(look, stack);
  });
}

async function askHost(
  host: WatchedHost,
  expected: ExpectedHost | undefined,
  stack: string,
  read: typeof readHost,
): Promise<Shown<HostReport>> {
  try {
    const answers = await read(host, expected);
    const report = reportHost(host.name, answers);
    const look = answers.answers.get(lookAnswer);
    return expected === undefined || look === undefined ? report : withDrift(report, expected, look, stack);
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    return reportSilence(host.name, whyNotReached(error));
  }
}

/** Why a host could not be asked, in a person's words, with what to do. */
export function whyNotReached({ result, message }: ProcessError): string {
  const said = (result?.stderr ?? message).trim();
  const last = said.split("\n").pop() ?? "";
  const known = adviceFor(said);
  const seconds = /not done after (\d+) s/.exec(message)?.[1];
  if (seconds !== undefined) {
    return `has not answered within ${seconds} s. Check the machine and its Docker engine, then ask again.`;
  }
  if (known !== undefined) return `${known.meaning} (${known.line.trim()}). ${known.remedy}`;
  return result === undefined ? `can't be asked: ${last}` : `can't be asked (ssh ended with ${result.status}): ${last}`;
}
