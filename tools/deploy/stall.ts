import { readEvents } from "./engine-events";
import type { EventLog } from "./event-log";

/** Milliseconds without an event after which a run counts as stalled: the program may be busy. */
const quietMs = 10_000;

const lookEveryMs = 1000;

/**
 * Whether a run waits forever. With `--continue-on-error` the engine does so if it can't remove the old resource of a
 * replacement: it skips the new one but does not tell the program, which waits for it.
 * @param log the event log so far; the caller checks that nothing was added to it for a while.
 */
export function waitsForLostReplacement(log: string): boolean {
  const steps = new Set<string>();
  let lost = false;
  for (const event of readEvents(log)) {
    const begun = event.resourcePreEvent?.metadata;
    const ended = (event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;
    if (begun) steps.add(`${begun.op} ${begun.urn}`);
    if (ended) steps.delete(`${ended.op} ${ended.urn}`);
    if (event.resOpFailedEvent?.metadata.op === "delete-replaced") lost = true;
  }
  return lost && [...steps].every((step) => /^(same|replace|read) /.test(step));
}

/**
 * Calls `onStall`, once, when the run that writes an event log waits forever.
 * @returns ends the watch.
 */
export function watchForStall(eventLog: Pick<EventLog, "read">, onStall: () => void): () => void {
  let seen = "";
  let since = Date.now();
  const timer = setInterval(() => {
    const log = eventLog.read();
    if (log.length !== seen.length) {
      seen = log;
      since = Date.now();
    } else if (Date.now() - since >= quietMs && waitsForLostReplacement(log)) {
      clearInterval(timer);
      onStall();
    }
  }, lookEveryMs);
  return () => clearInterval(timer);
}
