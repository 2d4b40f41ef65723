import { UserError } from "../shared/errors";

/** One run in a stack's history, as far as a rollback looks at it. */
export interface Run {
  /** `update` for `up`. */
  readonly kind: string;
  readonly startTime: string;
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
 * The newest successful `up` that was made from something else than the newest one. An `up` that went back itself counts as
 * the one that it went back to, so that a second rollback goes further back instead of forth again.
 * @throws UserError if there is none, or if it was made from something that no commit holds.
 */
export function targetOf(stack: string, history: readonly Run[]): Target {
  const ups = history.filter(({ kind }) => kind === "update");
  const newest = ups[0];
  if (newest === undefined)
    throw new UserError(`Stack ${stack} has no up in its history: there is nothing to go back to.`);
  const from = newest.message.startsWith(rollbackMessage)
    ? ups.findIndex((up) => !up.message.startsWith(rollbackMessage) && sourceOf(up) === sourceOf(newest))
    : 0;
  const target = ups
    .slice(Math.max(from, 0) + 1)
    .find((up) => up.result === "succeeded" && sourceOf(up) !== sourceOf(newest));
  if (target === undefined) {
    throw new UserError(
      `Stack ${stack} has no successful up in its history that was made from another commit than its newest one: there is nothing to go back to.`,
    );
  }
  const { startTime, environment } = target;
  const { "git.head": commit = "", "git.dirty": dirty } = environment;
  if (!/^[0-9a-f]{40,64}$/.test(commit)) {
    throw new UserError(
      `The up of ${startTime}, which stack ${stack} would go back to, did not run in a git clone, so what it was made from is not known. Restore the files by hand, then: make up STACK=${stack}`,
    );
  }
  if (dirty === "true") {
    throw new UserError(
      `The up of ${startTime}, which stack ${stack} would go back to, ran from commit ${commit.slice(0, 12)} with changes that were not committed, so what it was made from is not known. Restore the files by hand, then: make up STACK=${stack}`,
    );
  }
  return { startTime, commit };
}

/** What an `up` was made from: equal for two of them if the commit and the settings are the same. */
function sourceOf({ environment, config }: Run): string {
  const dirty = environment["git.dirty"] === "true";
  return JSON.stringify([environment["git.head"], dirty, Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
