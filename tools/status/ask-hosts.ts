import { adviseOn } from "../deploy/advice";
import { ProcessError } from "../shared/run";
import type { Shown } from "../shared/shown";
import { sideBySide } from "../shared/side-by-side";
import { readHost, type WatchedHost } from "./read-host";
import { reportHost, reportSilence, type HostReport } from "./report";

/** Asks hosts, and reports on each in their order; one that can't be reached costs its own report alone. */
export function askHosts(
  hosts: readonly WatchedHost[],
  read: typeof readHost = readHost,
): Promise<Shown<HostReport>[]> {
  return sideBySide(hosts, (host) => askHost(host, read));
}

async function askHost(host: WatchedHost, read: typeof readHost): Promise<Shown<HostReport>> {
  try {
    return reportHost(host.name, await read(host));
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    return reportSilence(host.name, whyNotReached(error));
  }
}

/** Why a host could not be asked, in a person's words, with what to do. */
export function whyNotReached({ result, message }: ProcessError): string {
  const said = (result?.stderr ?? message).trim();
  const last = said.split("\n").pop() ?? "";
  const known = adviseOn(said);
  const seconds = /not done after (\d+) s/.exec(message)?.[1];
  if (seconds !== undefined) {
    return `has not answered within ${seconds} s. Check the machine and its Docker engine, then ask again.`;
  }
  if (known !== undefined) return `${known.meaning} (${known.line.trim()}). ${known.remedy}`;
  return result === undefined ? `can't be asked: ${last}` : `can't be asked (ssh ended with ${result.status}): ${last}`;
}
