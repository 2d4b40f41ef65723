// @ts-check
/** Where Pulumi starts the program. */
const { RunError } = require("@pulumi/pulumi/errors");
const { load } = require("./load.cjs");
const { spareSdk } = require("./spare-sdk.cjs");

spareSdk();

const program = load("infra/index.ts", ["infra"]).then(
  async (made) => {
    const { begin, ...outputs } = /** @type {{ begin: () => Promise<void> }} */ (made);
    await begin();
    // Pulumi would warn of an output that is undefined.
    return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
  },
  (error) => {
    // Pulumi shows this kind by its message alone.
    throw error?.constructor.name === "BundleError" ? new RunError(error.message) : error;
  },
);
// The SDK waits for it only later, and Node.js would warn of a failure that nobody handles until then.
program.catch(() => undefined);

module.exports = program;
