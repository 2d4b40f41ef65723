import { shownLines } from "./shown";
import { outlivesTerminal } from "./signals";

/** An error that the user can fix: its message says what is wrong and what to do, so it is shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * The text to print for anything that was thrown: the message of a {@link UserError}, or the stack trace of other errors.
 * Either may contain text from a host, so secrets and control characters are masked.
 */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return shownLines(error.message);
  if (isRefusedHere(error)) {
    return shownLines(
      `This machine refused access to a file (${error.message}). Check that the folder exists, that you may write to it and that its disk is not full; TMPDIR names the folder for temporary files. Then run again.`,
    );
  }
  if (error instanceof Error) return shownLines(error.stack ?? error.message);
  return shownLines(String(error));
}

/**
 * Whether the operating system has refused access to a file or folder. A folder that is missing counts only where something
 * was to be made in it: a missing file of this repository is a defect.
 */
function isRefusedHere(error: unknown): error is NodeJS.ErrnoException {
  const { code = "", path, syscall = "" } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (path === undefined) return false;
  return (
    ["EACCES", "EDQUOT", "EMFILE", "ENFILE", "ENOSPC", "EPERM", "EROFS"].includes(code) ||
    (["ENOENT", "ENOTDIR"].includes(code) && /^mk(dir|dtemp)$/.test(syscall))
  );
}

/**
 * Waits for all parallel tasks and returns their results. Throws one {@link UserError} with the messages of all tasks that
 * failed with a {@link UserError}; any other error is thrown unchanged.
 */
export async function allOf<T extends readonly unknown[]>(
  tasks: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const settled = await Promise.allSettled(tasks as readonly Promise<unknown>[]);
  const reasons = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const messages = reasons.map((reason) => {
    if (reason instanceof UserError) return reason.message;
    throw reason;
  });
  if (messages.length > 0) throw new UserError([...new Set(messages)].join("\n\n"));
  return settled.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/**
 * Runs a program's `main`. An error is printed to stderr and ends the process. If the reader of the output has ended, as
 * with `| head -1`, the program continues, because a deploy must not stop half way. If the output can't be written, for
 * example to a full disk, it continues too, but its exit status is not 0. Under `nohup`, it outlives its terminal.
 * @param failure returns the exit status for an error. Default: 1.
 */
export function runMain(main: () => Promise<number>, failure: (error: unknown) => number = () => 1): void {
  if (outlivesTerminal()) process.on("SIGHUP", () => undefined);
  const output = { lost: false };
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE" || output.lost) return;
      output.lost = true;
      process.exitCode = process.exitCode === undefined || process.exitCode === 0 ? 1 : process.exitCode;
      if (stream === process.stdout) process.stderr.write(`The output can't be written (${String(code)}).\n`);
    });
  }
  // What is thrown before a promise is returned is reported in the same way.
  new Promise<number>((resolve) => resolve(main())).then(
    (status) => {
      process.exitCode = status === 0 && output.lost ? 1 : status;
    },
    (error: unknown) => {
      process.stderr.write(`${describeError(error)}\n`);
      // process.exit instead of exitCode, since other work such as a build must not continue.
      process.exit(failure(error));
    },
  );
}
