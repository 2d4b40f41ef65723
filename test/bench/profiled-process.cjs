// @ts-check
/** Loaded into each Node.js process of a profiled run: notes what the process has cost in the file that PROFILE_FILE names. */
const fs = require("node:fs");
/** @type {any} */
const Module = require("node:module");

/**
 * Milliseconds of loading, by package; what a module loads in turn is not counted with it.
 * @type {Record<string, number>}
 */
const loading = {};
/** @type {number[]} */
const inner = [];

const load = Module._load;
Module._load = function (/** @type {string} */ request, /** @type {unknown} */ parent, /** @type {unknown} */ isMain) {
  const start = performance.now();
  inner.push(0);
  try {
    return load.call(this, request, parent, isMain);
  } finally {
    const whole = performance.now() - start;
    const name = packageOf(request, parent);
    loading[name] = (loading[name] ?? 0) + whole - (inner.pop() ?? 0);
    const outer = inner.pop();
    if (outer !== undefined) inner.push(outer + whole);
  }
};

/**
 * @param {string} request
 * @param {unknown} parent the module that asks.
 * @returns {string}
 */
function packageOf(request, parent) {
  try {
    const file = /** @type {string} */ (Module._resolveFilename(request, parent));
    if (!file.startsWith("/")) return "Node.js";
    return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? "own files";
  } catch {
    return "not found";
  }
}

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const seconds = (userCPUTime + systemCPUTime) / 1e6;
  const line = { program: process.argv[1] ?? "", seconds, megabytes: maxRSS / 1024, loading };
  fs.appendFileSync(process.env["PROFILE_FILE"] ?? "/dev/null", `${JSON.stringify(line)}\n`);
});
