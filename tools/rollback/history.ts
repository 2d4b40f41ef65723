import type { StackState } from "../deploy/state";
import { UserError } from "../shared/errors";

/** One run in a stack's history, as far as a rollback looks at it. */
export interface Run {
  /** `update` for `up`. */
  readonly kind: string;
  /** Both as in `2026-11-27T10:12:05.000Z`. */
  readonly startTime: string;
  readonly endTime?: string;
  readonly message: string;
  /** `git.head` and `git.dirty`, where Pulumi ran in a clone. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stack's config in clear text, without the values of secrets. */
  readonly config: Readonly<Record<string, { readonly value?: string; readonly secret: boolean }>>;
  /** `succeeded`, `failed` or `in-progress`. */
  readonly result?: string;
}

/** The first word of the message of an `up` that goes back; the commit follows it. */
export const rollbackMessage = "rollback:";

/** An `up` to go back to. */
export interface Target {
  /** When it began, as Pulumi prints it: `2026-11-27T10:12:05.000Z`. */
  readonly startTime: string;
  /** The commit that it ran from. */
  readonly commit: string;
}

/**
 * The runs in what `pulumi stack history --json` prints, the newest first.
 * @throws UserError if it is not such a list.
 */
export function readHistory(text: string): Run[] {
  try {
    const runs: unknown = JSON.parse(text === "" ? "[]" : text);
    if (Array.isArray(runs)) return runs as Run[];
  } catch {
    // Told below.
  }
  throw new UserError("pulumi stack history printed no list of runs. Try it by hand: pulumi stack history --json");
}

/**
 * The newest successful `up` that was made from something else than the newest one. An `up` that went back counts as the one
 * that it went back to, so that a second rollback goes further back instead of forth again; if it failed, it is tried again.
 * @param cutOff whether a later run changed the state and was killed: the history does not have it, so even the newest `up`
 * may be gone back to.
 * @throws UserError if there is none, or if it was made from something that no commit holds.
 */
export function targetOf(stack: string, history: readonly Run[], cutOff = false): Target {
  const ups = history.filter(({ kind }) => kind === "update");
  if (ups[0] === undefined)
    throw new UserError(`Stack ${stack} has no up in its history: there is nothing to go back to.`);
  const target = cutOff ? ups.find(hasSucceeded) : before(ups);
  if (target === undefined) {
    throw new UserError(
      `Stack ${stack} has no successful up in its history that was made from another commit than its newest one: there is nothing to go back to.`,
    );
  }
  const { startTime } = target;
  const { commit, dirty } = sourceOf(target);
  if (!/^[0-9a-f]{40,64}$/.test(commit)) {
    throw new UserError(
      `The up of ${startTime}, which stack ${stack} would go back to, did not run in a git clone, so what it was made from is not known. Restore the files by hand, then: make up STACK=${stack}`,
    );
  }
  if (dirty) {
    throw new UserError(
      `The up of ${startTime}, which stack ${stack} would go back to, ran from commit ${commit.slice(0, 12)} with changes that were not committed, so what it was made from is not known. Restore the files by hand, then: make up STACK=${stack}`,
    );
  }
  return { startTime, commit };
}

/** The newest successful `up` before the one that the hosts have now; for a rollback that has failed, the one that it was for. */
function before(ups: readonly Run[]): Run | undefined {
  const [newest] = ups;
  if (newest === undefined) return undefined;
  const original = isRollback(newest)
    ? ups.findIndex((up) => !isRollback(up) && hasSucceeded(up) && isSame(sourceOf(up), sourceOf(newest)))
    : 0;
  const reached = ups[original];
  if (reached === undefined) return undefined;
  if (isRollback(newest) && !hasSucceeded(newest)) return reached;
  return ups.slice(original + 1).find((up) => hasSucceeded(up) && settingsOf(up) !== settingsOf(reached));
}

function isRollback({ message }: Run): boolean {
  return message.startsWith(rollbackMessage);
}

function hasSucceeded({ result }: Run): boolean {
  return result === "succeeded";
}

interface Source {
  readonly commit: string;
  /** Whether there were changes that were not committed. */
  readonly dirty: boolean;
}

/** What an `up` was made from. A rollback names its commit itself, and changes its clone on purpose. */
function sourceOf(run: Run): Source {
  if (isRollback(run)) return { commit: run.message.slice(rollbackMessage.length).trim(), dirty: false };
  return { commit: run.environment["git.head"] ?? "", dirty: run.environment["git.dirty"] === "true" };
}

function isSame(one: Source, other: Source): boolean {
  return one.commit === other.commit && one.dirty === other.dirty;
}

/** Source and settings: equal for two runs that should leave the hosts the same. */
function settingsOf(run: Run): string {
  const { commit, dirty } = sourceOf(run);
  return JSON.stringify([commit, dirty, Object.entries(run.config).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** So far the clocks of two machines that use one backend may be apart, in milliseconds. */
const clockErrorMs = 60_000;

/**
 * Whether a run changed the state after the newest one in the history: one that was killed, which a backend of files or
 * buckets has no record of.
 */
export function wasCutOff(
  { deployment: { pending_operations: pending = [], manifest } }: StackState,
  [newest]: readonly Run[],
): boolean {
  const saved = Date.parse(manifest?.time ?? "");
  return pending.length > 0 || saved > Date.parse(newest?.endTime ?? "") + clockErrorMs;
}
