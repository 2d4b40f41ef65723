import { setTimeout as sleep } from "node:timers/promises";

import { shown } from "../shared/shown";
import { missingIn, type AcceptedLoss, type Missing, type NotedInstance } from "./losses";
import type { HostView } from "./view";

/** Milliseconds for which a loss has to last: while the agent joins its networks, instances come and go. */
const lossMs = 8_000;

/** Milliseconds between two looks. */
const pauseMs = 1000;

/** No message lists more. */
const mostNamed = 10;

/** What a proof is made with. */
export interface ProofOptions {
  readonly note: readonly NotedInstance[];
  readonly accepted: readonly AcceptedLoss[];
  /** How long the host may take, in seconds. */
  readonly seconds: number;
  /** How long all has to be well, in seconds: after that the agent has read whatever the generator wrote. */
  readonly settleSeconds: number;
  /** Looks at the host. It throws where it can't be reached. */
  readonly view: () => Promise<HostView>;
  /** Milliseconds since 1970. Default: this machine's clock. */
  readonly now?: () => number;
  /** Default: a pause of so many milliseconds. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Looks at a host until it collects what was noted, or does not.
 * @returns what is missing, one sentence; undefined where nothing is.
 */
export async function proveHost(options: ProofOptions): Promise<string | undefined> {
  const { note, accepted, seconds, settleSeconds, view, now = Date.now, pause = sleep } = options;
  const end = now() + seconds * 1000;
  let well: number | undefined;
  let lost: { readonly text: string; readonly since: number } | undefined;
  for (;;) {
    const missing = await look(() => view().then((seen) => missingIn(seen, note, accepted)));
    const time = now();
    const broken = missing.filter(({ how }) => how === "broken");
    if (broken.length > 0) return describe(broken, note.length);
    well = missing.length > 0 ? undefined : (well ?? time);
    if (well !== undefined && time - well >= settleSeconds * 1000) return undefined;
    const gone = missing.filter(({ how }) => how === "lost");
    const text = describe(gone, note.length);
    lost = gone.length === 0 ? undefined : lost?.text === text ? lost : { text, since: time };
    if (lost !== undefined && time - lost.since >= lossMs) return text;
    if (time >= end) {
      return missing.length > 0
        ? `${describe(missing, note.length)}, after ${seconds} s`
        : `it did not collect steadily within ${seconds} s; give it more time (rollout.proof)`;
    }
    await pause(pauseMs);
  }
}

/** A host that can't be reached for a moment may be reached the next. */
async function look(missing: () => Promise<Missing[]>): Promise<Missing[]> {
  try {
    return await missing();
  } catch (error) {
    return [{ text: `it can't be asked (${(error as Error).message.trim().split("\n").pop() ?? ""})`, how: "late" }];
  }
}

function describe(missing: readonly Missing[], of: number): string {
  const texts = shown(missing.slice(0, mostNamed).map(({ text }) => text));
  const more = missing.length > mostNamed ? [`and ${missing.length - mostNamed} more of ${of}`] : [];
  return [...texts, ...more].join("; ");
}
