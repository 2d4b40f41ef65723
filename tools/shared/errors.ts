import { shownLines } from "./shown";

/** An error that a person can mend: its message says what is wrong and what to do, so it is shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * What to print for anything that was thrown: the message of a {@link UserError}, everything that is known of the rest.
 * Either may have a host's words in it, so it is made fit for being shown.
 */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return shownLines(error.message);
  if (error instanceof Error) return shownLines(error.stack ?? error.message);
  return shownLines(String(error));
}

/**
 * The results of works that run at the same time, once all have ended. Throws {@link UserError} with the messages of all
 * that failed for a person to mend; what else one of them throws, it throws as it is.
 */
export async function allOf<T extends readonly unknown[]>(
  works: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const settled = await Promise.allSettled(works as readonly Promise<unknown>[]);
  const reasons = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const messages = reasons.map((reason) => {
    if (reason instanceof UserError) return reason.message;
    throw reason;
  });
  if (messages.length > 0) throw new UserError([...new Set(messages)].join("\n\n"));
  return settled.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/** Runs a program's `main`; what it throws is printed to stderr, and the process then ends with status 1. */
export function runMain(main: () => Promise<number>): void {
  main().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      process.stderr.write(`${describeError(error)}\n`);
      // Not `exitCode`: what else still runs, a build perhaps, has no purpose any more.
      process.exit(1);
    },
  );
}
