// @ts-check
/** Runs a tool, or a program of the tests: `node tools/start.cjs tools/status/main.ts <stack>`. */
const { load } = require("../infra/start/load.cjs");

const [entry = ""] = process.argv.splice(2, 1);
const folders = ["infra", "sandbox", "tools", ...(entry.startsWith("test/") ? ["test"] : [])];
load(entry, folders).catch((error) => {
  process.stderr.write(`${error.constructor.name === "BundleError" ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
