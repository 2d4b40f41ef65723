/** The holder of a stack's lock, from Pulumi's message. */
export interface Lock {
  readonly user: string;
  readonly machine: string;
  readonly process: number;
  /** Time in ISO 8601. */
  readonly since: string;
  /** Where it lies, as an address. */
  readonly place: string;
}

/** Facts about this machine for judging a lock's holder; tests provide their own. */
export interface Surroundings {
  /** This machine's name, as in the locks. */
  readonly machine: string;
  readonly isRunning: (process: number) => boolean;
  /** Whether a file is there. */
  readonly exists: (file: URL) => boolean;
}

/**
 * The locks in Pulumi's output on stderr; undefined if it mentions none. If a backend does not name the holder, the list is
 * empty.
 */
export function readLocks(stderr: string): Lock[] | undefined {
  if (!/currently locked by|another update is currently in progress/i.test(stderr)) return undefined;
  return [...stderr.matchAll(/(\S+): created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, place = "", user = "", machine = "", process, since = ""]) => ({
      user,
      machine,
      process: Number(process),
      since,
      place,
    }),
  );
}

/** Advice on a locked stack. */
export function describeLocks(
  stack: string,
  locks: readonly Lock[],
  { machine, isRunning, exists }: Surroundings,
): string {
  const by = holdersOf(locks);
  if (locks.length > 0 && locks.every(({ place }) => place.startsWith("file:///") && !exists(fileOf(place)))) {
    return `Stack ${stack} was locked by a run that has ended since${by}. Run again.`;
  }
  const isGone = (lock: Lock): boolean => lock.machine === machine && !isRunning(lock.process);
  return locks.length > 0 && locks.every(isGone)
    ? `Stack ${stack} is locked by a run that was killed${by}. ${unlockAdvice(stack)}`
    : `Stack ${stack} is locked${by}. If that run is still working, wait for it to end. If it was killed: ${unlockAdvice(stack)}`;
}

/** What `make unlock` has done. */
export function describeRemovedLock(stack: string, locks: readonly Lock[]): string {
  return `Removed the lock of stack ${stack}${holdersOf(locks)}. To finish the interrupted run: make up STACK=${stack}`;
}

/** The file of a lock, without what a backend's address says of how it is read. */
function fileOf(place: string): URL {
  const file = new URL(place);
  file.search = "";
  return file;
}

/** `: USER@MACHINE …` for each lock; empty if the backend does not name their holders. */
function holdersOf(locks: readonly Lock[]): string {
  const holders = locks.map((lock) => `${lock.user}@${lock.machine} (process ${lock.process}), since ${lock.since}`);
  return holders.length > 0 ? `: ${holders.join("; ")}` : "";
}

/** Advice after a run was killed and could not remove its lock. */
export function describeKilled(stack: string, signal: string): string {
  return `pulumi was killed (${signal}) and left its lock on stack ${stack}. ${unlockAdvice(stack)}`;
}

function unlockAdvice(stack: string): string {
  return `If no other run is working, remove the lock with \`make unlock STACK=${stack}\`, then run again: that finishes the interrupted run.`;
}
