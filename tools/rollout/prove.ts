import { setTimeout as sleep } from "node:timers/promises";

import { shown } from "../shared/shown";
import { findMissing, type AcceptedLoss, type MissingItem, type RecordedInstance } from "./losses";
import type { HostView } from "./view";

/** Shorter losses are ignored, in milliseconds: instances come and go while the agent joins its networks. */
const lossMs = 8_000;

/** Pause between two checks of a host, in milliseconds. */
const pauseMs = 1000;

/** The most missing items that a message lists. */
const maxNamed = 10;

/** Options of {@link proveHost}. */
export interface ProofOptions {
  /** The host's instances before the change. */
  readonly recorded: readonly RecordedInstance[];
  /** Losses that don't count. */
  readonly accepted: readonly AcceptedLoss[];
  /** Time limit for the host, in seconds. */
  readonly seconds: number;
  /** How long nothing may be missing, in seconds: by then the agent has read everything that the generator wrote. */
  readonly settleSeconds: number;
  /** Reads the host's current state. Throws if the host can't be reached. */
  readonly view: () => Promise<HostView>;
  /** The time in milliseconds since 1970. Default: this machine's clock. */
  readonly now?: () => number;
  /** Waits for a number of milliseconds. Default: the system's timer. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Checks a host repeatedly until it steadily collects what was recorded, or has failed to.
 * @returns what is missing, in one sentence; undefined if nothing is.
 */
export async function proveHost(options: ProofOptions): Promise<string | undefined> {
  const { recorded, accepted, seconds, settleSeconds, view, now = Date.now, pause = sleep } = options;
  const end = now() + seconds * 1000;
  let completeSince: number | undefined;
  let lost: { readonly text: string; readonly since: number } | undefined;
  for (;;) {
    const missing = await findMissingOnce(() => view().then((current) => findMissing(current, recorded, accepted)));
    const time = now();
    const broken = missing.filter(({ kind }) => kind === "broken");
    if (broken.length > 0) return describe(broken, recorded.length);
    completeSince = missing.length > 0 ? undefined : (completeSince ?? time);
    if (completeSince !== undefined && time - completeSince >= settleSeconds * 1000) return undefined;
    const gone = missing.filter(({ kind }) => kind === "lost");
    const text = describe(gone, recorded.length);
    lost = gone.length === 0 ? undefined : lost?.text === text ? lost : { text, since: time };
    if (lost !== undefined && time - lost.since >= lossMs) return text;
    if (time >= end) {
      return missing.length > 0
        ? `${describe(missing, recorded.length)}, after ${seconds} s`
        : `it did not collect steadily within ${seconds} s; give it more time (rollout.proof)`;
    }
    await pause(pauseMs);
  }
}

/** A host that can't be reached counts as late, since it may be reachable again a moment later. */
async function findMissingOnce(missing: () => Promise<MissingItem[]>): Promise<MissingItem[]> {
  try {
    return await missing();
  } catch (error) {
    return [{ text: `it can't be asked (${(error as Error).message.trim().split("\n").pop() ?? ""})`, kind: "late" }];
  }
}

function describe(missing: readonly MissingItem[], recordedCount: number): string {
  const texts = shown(missing.slice(0, maxNamed).map(({ text }) => text));
  const more = missing.length > maxNamed ? [`and ${missing.length - maxNamed} more of ${recordedCount}`] : [];
  return [...texts, ...more].join("; ");
}
