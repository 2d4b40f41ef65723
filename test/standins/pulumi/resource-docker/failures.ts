import type { EngineLog } from "../shared/engine-log";
import { PLUGIN_VERSION } from "./version";

/** One failure, in the form that the original's error lists have. */
export function errorList(message: string): string {
  return `1 error occurred:\n\t* ${message}\n\n`;
}

/**
 * Runs what a step does on the host. A failure is written beside the resource first, and then thrown as the step's own
 * error: users see the original's message twice, too.
 */
export async function reporting<T>(log: EngineLog, urn: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = `  sdk-v2/provider2.go:571: sdk.helper_schema: ${message}: provider=docker@${PLUGIN_VERSION}`;
    await log.write("error", urn, line);
    throw new Error(errorList(message), { cause: error });
  }
}
