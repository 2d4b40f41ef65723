/**
 * Keeps the report of a failed resource to one line. With `--continue-on-error` the engine tells what failed and why;
 * the SDK then reports the same failure once more from each resource that waited for it, with a stack trace.
 */
export function reportFailedResourcesBriefly(): void {
  process.prependListener("unhandledRejection", (error: unknown) => {
    if (error instanceof Error && / failed to register$/.test(error.message)) {
      error.message = `What waits for ${error.message.replace(/ failed to register$/, "")} was left out; the next \`up\` makes it.`;
      error.stack = error.message;
    }
  });
}
