import type { EngineTarget } from "../../infra/host";
import { askHost } from "./ask-host";
import type { EngineEvent } from "./engine-events";
import { targetsInEvents } from "./engine-targets";
import type { EventLog } from "./event-log";
import { HangingHosts } from "./hanging-hosts";
import { runningSteps } from "./running-steps";

const lookEveryMs = 2000;

/** For how long nothing else may have happened. */
const quietMs = 4000;

/** What a watch needs. */
export interface RunWatchOptions {
  readonly log: Pick<EventLog, "events">;
  /** Where hosts are reached that the events don't mention, such as those that are removed. */
  readonly otherTargets: () => Promise<ReadonlyMap<string, EngineTarget>>;
  /** Called with names of hosts, perhaps more than once, when nothing is left that runs but what hangs there: to end that. */
  readonly onHanging: (hosts: readonly string[]) => void;
}

/** A watch over a run; see {@link watchForHangingHosts}. */
export interface RunWatch {
  /**
   * Ends the watch.
   * @returns why hosts were given up, by their name.
   */
  end(): ReadonlyMap<string, string>;
}

/**
 * Watches a run of `pulumi` for hosts on which it would wait forever. It waits until all others are done, since what it
 * takes to end the rest would end their steps as well.
 */
export function watchForHangingHosts({ log, otherTargets, onHanging }: RunWatchOptions): RunWatch {
  const givenUp = new Map<string, string>();
  let events: readonly EngineEvent[] = [];
  let others: Promise<ReadonlyMap<string, EngineTarget>> | undefined;
  const hosts = new HangingHosts({
    ask: async (host) => {
      const target = targetsInEvents(events).get(host) ?? (await (others ??= otherTargets())).get(host);
      return target === undefined ? undefined : askHost(target);
    },
  });
  let length = 0;
  let since = Date.now();
  const timer = setInterval(() => {
    events = log.events();
    if (events.length !== length) {
      length = events.length;
      since = Date.now();
    }
    const steps = runningSteps(events);
    const hanging = hosts.look(steps);
    if (steps.length === 0 || Date.now() - since < quietMs || steps.some(({ host }) => !hanging.has(host))) return;
    for (const [host, why] of hanging) givenUp.set(host, why);
    onHanging([...hanging.keys()]);
  }, lookEveryMs);
  return {
    end: () => {
      clearInterval(timer);
      return givenUp;
    },
  };
}
