/** Who holds a stack's lock, as Pulumi's own message tells it. */
export interface Lock {
  readonly user: string;
  readonly machine: string;
  readonly process: number;
  /** Time in ISO 8601. */
  readonly since: string;
}

/** What is asked about a lock's holder; the tests answer for themselves. */
export interface Surroundings {
  /** This machine's name, as the locks have it. */
  readonly machine: string;
  readonly isRunning: (process: number) => boolean;
}

/**
 * The locks in what Pulumi has said on stderr; undefined where it speaks of none. A backend that does not say who holds
 * the lock gives an empty list.
 */
export function readLocks(stderr: string): Lock[] | undefined {
  if (!/currently locked by|another update is currently in progress/i.test(stderr)) return undefined;
  return [...stderr.matchAll(/: created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", machine = "", process, since = ""]) => ({ user, machine, process: Number(process), since }),
  );
}

/** What to do about a stack that is locked. */
export function describeLocks(stack: string, locks: readonly Lock[], { machine, isRunning }: Surroundings): string {
  const holders = locks.map((lock) => `${lock.user}@${lock.machine} (process ${lock.process}), since ${lock.since}`);
  const by = holders.length > 0 ? `: ${holders.join("; ")}` : "";
  const isGone = (lock: Lock): boolean => lock.machine === machine && !isRunning(lock.process);
  return locks.length > 0 && locks.every(isGone)
    ? `Stack ${stack} is locked by a run that was killed${by}. ${unlockAdvice(stack)}`
    : `Stack ${stack} is locked${by}. If that run is still at work, wait for it to end. If it was killed: ${unlockAdvice(stack)}`;
}

/** What to do after a run was killed: it could not take its lock away. */
export function describeKilled(stack: string, signal: string): string {
  return `pulumi was killed (${signal}) and left its lock on stack ${stack}. ${unlockAdvice(stack)}`;
}

function unlockAdvice(stack: string): string {
  return `If no other run is at work, take the lock away with \`make unlock STACK=${stack}\`, then run again: that finishes what was cut off.`;
}
