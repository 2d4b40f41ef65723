import { waitFor } from "../../../tools/shared/wait";

/** One metric as the intake keeps it. */
export interface Series {
  readonly metric: string;
  readonly tags: readonly string[];
  readonly host: string;
  readonly type: string;
  /** Pairs of seconds since 1970 and a value. */
  readonly points: readonly (readonly [number, number])[];
  readonly proxied: boolean;
  /** SHA-256 of the key, in hexadecimal. */
  readonly apiKeyDigest: string;
}

/** One service check's status as the intake keeps it. */
export interface CheckRun {
  readonly check: string;
  readonly tags: readonly string[];
  readonly host: string;
  readonly status: number;
}

/** One line of a log as the intake keeps it. */
export interface Log {
  readonly message: string;
  readonly status: string;
  readonly host: string;
  readonly service: string;
  readonly source: string;
  readonly tags: readonly string[];
}

/** One span of a trace as the intake keeps it. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly host: string;
  /** The tags of the container that it came from, and of the host; null if there are none. */
  readonly tags: readonly string[] | null;
}

/** One process of one list as the intake keeps it. */
export interface Process {
  readonly host: string;
  readonly name: string;
  /** The command line, the program first. */
  readonly arguments: readonly string[];
  /** The id of its container; empty if it runs in none. */
  readonly container: string;
}

/** One container of one list as the intake keeps it. */
export interface RunningContainer {
  readonly host: string;
  readonly id: string;
  readonly tags: readonly string[];
}

/** All that the intake keeps. */
interface Recorded {
  readonly series: Series[];
  readonly checkRuns: CheckRun[];
  readonly logs: Log[];
  readonly spans: Span[];
  readonly processes: Process[];
  readonly containers: RunningContainer[];
  readonly metadata: string[];
  /** How often each was asked for, by method and path. */
  readonly requests: globalThis.Record<string, number>;
}

/** Asks the intake what came in. */
export class Record {
  constructor(readonly address: string) {}

  /** All that came in, or what came in from one host. */
  async read(host?: string): Promise<{ series: Series[]; checkRuns: CheckRun[] }> {
    const all = await this.all();
    if (host === undefined) return all;
    return {
      series: all.series.filter((entry) => entry.host === host),
      checkRuns: all.checkRuns.filter((entry) => entry.host === host),
    };
  }

  /** The lines of logs that came in, in the order in which they came. */
  async logs(): Promise<Log[]> {
    return (await this.all()).logs;
  }

  /** What was asked for, by method and path. */
  async requests(): Promise<string[]> {
    return Object.keys((await this.all()).requests);
  }

  /** What agents told of their hosts. */
  async metadata(): Promise<string[]> {
    return (await this.all()).metadata;
  }

  /** Waits until what came in from a host satisfies, and returns that. Agents send every 15 s. */
  async until<T>(
    host: string,
    what: string,
    pick: (series: Series[], checkRuns: CheckRun[]) => T | false | undefined,
  ): Promise<T> {
    const look = async (): Promise<T | false | undefined> => {
      const { series, checkRuns } = await this.read(host);
      return pick(series, checkRuns);
    };
    return waitFor(`${what} from ${host} at the intake`, look, { timeoutMs: 90_000, intervalMs: 500 });
  }

  /** Waits until the spans of all traces that came in satisfy, and returns that. */
  async untilSpans<T>(what: string, pick: (spans: Span[]) => T | false | undefined): Promise<T> {
    const look = async (): Promise<T | false | undefined> => pick((await this.all()).spans);
    return waitFor(`${what} at the intake`, look, { timeoutMs: 90_000, intervalMs: 500 });
  }

  /** Waits until what an agent told of its host's processes and containers satisfies, and returns that. */
  async untilLive<T>(
    host: string,
    what: string,
    pick: (processes: Process[], containers: RunningContainer[]) => T | false | undefined,
  ): Promise<T> {
    const look = async (): Promise<T | false | undefined> => {
      const { processes, containers } = await this.all();
      const of = <Entry extends { readonly host: string }>(all: Entry[]) => all.filter((entry) => entry.host === host);
      return pick(of(processes), of(containers));
    };
    return waitFor(`${what} from ${host} at the intake`, look, { timeoutMs: 90_000, intervalMs: 500 });
  }

  private async all(): Promise<Recorded> {
    const response = await fetch(`${this.address}/recorded`);
    return (await response.json()) as Recorded;
  }
}
