// @ts-check
/** Where Pulumi starts the program. */
const { RunError } = require("@pulumi/pulumi/errors");
const { load } = require("./load.cjs");

// Pulumi's runner maps each stack trace to the SDK's TypeScript sources, and the SDK takes a trace for each promise: more than
// half of the program's time on a large fleet. Node.js 20 takes a minute to print in colours an error with such a trace.
Reflect.deleteProperty(Error, "prepareStackTrace");

module.exports = load("infra/index.ts", ["infra"]).catch((error) => {
  // Pulumi shows this kind by its message alone.
  throw error?.constructor.name === "BundleError" ? new RunError(error.message) : error;
});
