import type { RunningStep } from "./running-steps";

/** Seconds that a step may take before its host is asked whether it still answers. */
const patience = 15;

/** For how many seconds a host may give no answer at all. */
const longestSilence = 20;

/** Seconds that a step may take on a host that answers: pulling a big image over a slow line is the longest. */
const longestStep = 20 * 60;

/** Seconds between two questions to the same host. */
const interval = 5;

/** Where {@link HangingHosts} gets its knowledge from. */
export interface HangingHostsOptions {
  /** Why a host's sshd or Docker engine does not answer, as far as known; undefined if both answer. */
  readonly ask: (host: string) => Promise<string | undefined>;
  /** Milliseconds since 1970. Default: this machine's clock. */
  readonly now?: () => number;
}

/** What is known of a host that was asked. */
interface Answers {
  asking: boolean;
  asked: number;
  /** Since when it has not answered, and the known reason; undefined if it answers. */
  silent: { readonly since: number; readonly why: string } | undefined;
}

/**
 * Finds the hosts on which a run would wait forever: neither provider gives up on a host whose sshd or Docker engine
 * is frozen. A step that takes long is none by itself; its host is asked.
 */
export class HangingHosts {
  private readonly answers = new Map<string, Answers>();
  private readonly ask: HangingHostsOptions["ask"];
  private readonly now: () => number;

  constructor({ ask, now = Date.now }: HangingHostsOptions) {
    this.ask = ask;
    this.now = now;
  }

  /**
   * To be called every second or so.
   * @param steps that run now.
   * @returns by host, why its steps will not end. Hosts whose steps may end are left out.
   */
  look(steps: readonly RunningStep[]): Map<string, string> {
    const hanging = new Map<string, string>();
    for (const host of new Set(steps.map((step) => step.host))) {
      const own = steps.filter((step) => step.host === host);
      const why = this.whyHanging(host, own);
      if (why !== undefined) hanging.set(host, why);
    }
    return hanging;
  }

  private whyHanging(host: string, steps: readonly RunningStep[]): string | undefined {
    const now = this.now();
    const [oldest] = [...steps].sort((a, b) => a.since - b.since);
    if (oldest === undefined || now - oldest.since < patience * 1000) return undefined;
    const known = this.answers.get(host) ?? { asking: false, asked: 0, silent: undefined };
    this.answers.set(host, known);
    if (!known.asking && now - known.asked >= interval * 1000) void this.askAgain(host, known);
    const seconds = Math.round((now - oldest.since) / 1000);
    if (known.silent !== undefined && now - known.silent.since >= longestSilence * 1000) {
      return `the host no longer answers (${known.silent.why}). ${oldest.resource} was given up after ${seconds} s. Check the machine, its sshd and its Docker engine, then run again: the run continues where it stopped.`;
    }
    if (steps.every(({ since }) => now - since >= longestStep * 1000)) {
      return `${oldest.resource} was not done after ${seconds} s and was given up, although the host answers. Look on the host for what it waits for, then run again: the run continues where it stopped.`;
    }
    return undefined;
  }

  private async askAgain(host: string, known: Answers): Promise<void> {
    known.asking = true;
    const began = this.now();
    const why = await this.ask(host).catch((error: unknown) => String(error));
    known.silent = why === undefined ? undefined : { since: known.silent?.since ?? began, why };
    known.asked = this.now();
    known.asking = false;
  }
}
