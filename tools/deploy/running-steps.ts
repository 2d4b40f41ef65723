import type { EngineEvent } from "./engine-events";
import { hostResourceOf } from "./host-resources";

/** Something that the engine does on a host and has not ended yet. */
export interface RunningStep {
  readonly host: string;
  readonly urn: string;
  /** The resource, such as `web-1-files`. */
  readonly resource: string;
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
}

/** What a provider does; the other operations are the engine's own book-keeping. */
const worksOnHosts = /^(create|update|delete|create-replacement|delete-replaced|refresh)$/;

/** The steps on hosts that have begun and not ended. */
export function runningSteps(events: readonly EngineEvent[]): RunningStep[] {
  const steps = new Map<string, RunningStep>();
  for (const { timestamp = 0, resourcePreEvent, resOutputsEvent, resOpFailedEvent } of events) {
    const begun = resourcePreEvent?.metadata;
    const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (ended) steps.delete(`${ended.op} ${ended.urn}`);
    const place = begun && hostResourceOf(begun.urn);
    if (begun === undefined || place?.role === undefined || !worksOnHosts.test(begun.op)) continue;
    const resource = begun.urn.split("::").pop() ?? begun.urn;
    steps.set(`${begun.op} ${begun.urn}`, { host: place.host, urn: begun.urn, resource, since: timestamp * 1000 });
  }
  return [...steps.values()];
}
