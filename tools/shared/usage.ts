import { UserError } from "./errors";

/** The program was called with wrong arguments. */
export class UsageError extends UserError {}

/** Turns the errors of reading arguments into {@link UsageError}. */
export function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}
