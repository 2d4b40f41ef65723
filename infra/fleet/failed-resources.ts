/**
 * Shortens the SDK's report of a failed resource to one line. With `--continue-on-error`, the engine reports what failed and
 * why. The SDK then reports the failure again for each dependent resource, with a stack trace.
 */
export function reportFailedResourcesBriefly(): void {
  process.prependListener("unhandledRejection", (error: unknown) => {
    if (error instanceof Error && / failed to register$/.test(error.message)) {
      // If the resource was awaited in a property, the message begins with that property.
      const failed = error.message.replace(/^.*: (?=resource )/, "").replace(/ failed to register$/, "");
      error.message = `Resources that depend on ${failed} were skipped; the next \`up\` creates them.`;
      error.stack = error.message;
    }
  });
}
