import { UserError } from "./errors";

/** The program was called with wrong arguments. */
export class UsageError extends UserError {}

/** Runs a function that reads arguments, and turns each {@link UserError} that it throws into a {@link UsageError}. */
export function withUsageErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}
