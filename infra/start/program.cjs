// @ts-check
/** Where Pulumi starts the program. */
const { RunError } = require("@pulumi/pulumi/errors");
const { load } = require("./load.cjs");
const { spareSdk } = require("./spare-sdk.cjs");

spareSdk();

module.exports = load("infra/index.ts", ["infra"]).then(
  async (program) => {
    const { begin, ...outputs } = /** @type {{ begin: () => Promise<void> }} */ (program);
    await begin();
    // Pulumi would warn of an output that is undefined.
    return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
  },
  (error) => {
    // Pulumi shows this kind by its message alone.
    throw error?.constructor.name === "BundleError" ? new RunError(error.message) : error;
  },
);
