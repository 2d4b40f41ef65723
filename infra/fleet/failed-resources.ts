/**
 * Keeps the report of a failed resource to one line. With `--continue-on-error` the engine tells what failed and why;
 * the SDK then reports the same failure once more from each resource that waited for it, with a stack trace.
 */
export function reportFailedResourcesBriefly(): void {
  process.prependListener("unhandledRejection", (error: unknown) => {
    if (error instanceof Error && / failed to register$/.test(error.message)) {
      // Where it was waited for in a property, the property is told in front.
      const failed = error.message.replace(/^.*: (?=resource )/, "").replace(/ failed to register$/, "");
      error.message = `What waits for ${failed} was left out; the next \`up\` makes it.`;
      error.stack = error.message;
    }
  });
}
