import { readFileSync } from "node:fs";

/**
 * Leaves the end of a run to a child process, which finishes its current step first: the terminal sends Ctrl-C to both of
 * them, and this process ignores it. Call it before the child is started.
 * @param passOn called at SIGTERM, which this process gets alone, and at SIGHUP, by which a terminal tells that it is gone.
 * @param notice called at each of the three. Default: nothing.
 * @returns ends this.
 */
export function leaveSignals(passOn: () => void, notice: () => void = () => undefined): () => void {
  const onTerm = (): void => {
    notice();
    passOn();
  };
  const ends = outlivesTerminal() ? (["SIGTERM"] as const) : (["SIGTERM", "SIGHUP"] as const);
  process.on("SIGINT", notice);
  for (const signal of ends) process.on(signal, onTerm);
  return () => {
    process.removeListener("SIGINT", notice);
    for (const signal of ends) process.removeListener(signal, onTerm);
  };
}

/** SIGHUP, the first signal, in the mask of signals in `/proc`. */
const hangup = 1;

/**
 * Whether this process is to go on when its terminal is gone, as under `nohup`. Node.js forgets the signals that it was started
 * to ignore, so its parent is looked at. Where there is no `/proc`, nothing is known of that.
 * @param parent its process id. Default: of this process.
 */
export function outlivesTerminal(parent = process.ppid): boolean {
  try {
    const [, ignored = "0"] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${parent}/status`, "utf8")) ?? [];
    return (Number.parseInt(ignored.slice(-1), 16) & hangup) !== 0;
  } catch {
    return false;
  }
}
