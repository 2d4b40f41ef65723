/** An error that a person can mend: its message says what is wrong and what to do, so it is shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** What to print for anything that was thrown: the message of a {@link UserError}, everything that is known of the rest. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/** Runs a program's `main`; what it throws is printed to stderr, and the process then ends with status 1. */
export function runMain(main: () => Promise<number>): void {
  main().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      process.stderr.write(`${describeError(error)}\n`);
      process.exitCode = 1;
    },
  );
}
