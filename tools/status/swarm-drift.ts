import { shown, type Shown } from "../shared/shown";
import { wholeSwarm, type SwarmLook } from "../swarm/look";
import { describeState } from "../swarm/node-lines";
import { nothingFound, reportSilence } from "./report";
import type { Difference, HostReport } from "./schema";

/** The differences that a look at a Swarm has found at one place: a node, or the Swarm as a whole. */
function differencesAt({ findings }: SwarmLook, place: string, stack: string): Difference[] {
  return findings
    .filter(({ node = wholeSwarm }) => node === place)
    .map(({ text, byHand }) => ({ text, remedy: byHand ?? `make up STACK=${stack} repairs it.` }));
}

function report(host: string, drift: readonly Difference[]): Shown<HostReport> {
  return shown({ host, reached: true, ...nothingFound, drift });
}

/** The report on a Swarm as a whole; none if there is nothing to tell. */
function wholeReport(look: SwarmLook, stack: string): Shown<HostReport>[] {
  if (look.problem !== undefined) return [reportSilence(wholeSwarm, look.problem)];
  const drift = differencesAt(look, wholeSwarm, stack);
  return drift.length === 0 ? [] : [report(wholeSwarm, drift)];
}

/** The reports on a Swarm that was only looked at: on the Swarm, if there is anything to tell, and on each node. */
export function swarmDriftReports(look: SwarmLook, stack: string, node?: string): Shown<HostReport>[] {
  const nodes = look.nodes
    .filter(({ name }) => node === undefined || name === node)
    .map((one) =>
      one.state === "ready"
        ? report(one.name, differencesAt(look, one.name, stack))
        : reportSilence(one.name, describeState(one)),
    );
  return [...wholeReport(look, stack), ...nodes];
}

/** The reports of a Swarm's nodes, with what a look at the Swarm has found. */
export function withSwarmDrift(
  reports: readonly Shown<HostReport>[],
  look: SwarmLook,
  stack: string,
): Shown<HostReport>[] {
  // If no manager answers, this is reported once.
  if (reports.some(({ host }) => host === wholeSwarm)) return [...reports];
  const nodes = reports.map((one) => {
    const { drift } = shown({ drift: differencesAt(look, one.host, stack) });
    return one.reached ? { ...one, drift: [...one.drift, ...drift] } : one;
  });
  return [...wholeReport(look, stack), ...nodes];
}
