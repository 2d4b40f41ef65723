import { UserError } from "./errors";

/** The program was called with wrong arguments. */
export class UsageError extends UserError {}

/**
 * Prints how a program is called, if that is all that is asked for.
 * @param form how it is called, perhaps with further lines.
 * @returns whether it was.
 */
export function answersHelp(args: readonly string[], form: string): boolean {
  const asked = args.includes("--help") || args.includes("-h");
  if (asked) process.stdout.write(`Usage: ${form}\n`);
  return asked;
}

/** Runs a function that reads arguments, and turns each {@link UserError} that it throws into a {@link UsageError}. */
export function withUsageErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}

/** What `parseArgs` says of an argument that it refuses, without its advice, which takes several lines. */
export function argumentProblem(error: unknown): string {
  return ((error as Error).message.split(/\. |\n/)[0] ?? "").replace(/\.$/, "");
}
