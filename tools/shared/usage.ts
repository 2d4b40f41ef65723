import { UserError } from "./errors";

/** The program was called with wrong arguments. */
export class UsageError extends UserError {}

/** Whether a program is only asked how it is called. */
export function wantsHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/** Runs a function that reads arguments, and turns each {@link UserError} that it throws into a {@link UsageError}. */
export function withUsageErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}
