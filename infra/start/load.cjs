// @ts-check
/**
 * Runs a TypeScript program of this repository from a bundle, which is made when a source or a package has changed. A
 * bundle's name is a hash of the sources, so one of other sources is never run.
 */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const { evaluate, keep, removeIfThere } = require("./compiled.cjs");
const { hashSources, root, stampsOf } = require("./sources.cjs");

/** Where bundles are kept. Installing the packages again empties it. */
const cache = path.join(root, "node_modules", ".cache", "datadog-hosts");

/** How many bundles of a program are kept: branches and clones may take turns. */
const keptBundles = 8;

/**
 * @param {string} entry the program, such as `infra/index.ts`.
 * @param {readonly string[]} folders below the root, with all sources that it may use.
 * @returns {Promise<unknown>} what the program exports.
 * @throws BundleError where it can't be compiled.
 */
exports.load = async (entry, folders) => {
  const all = [...folders, "infra/start"];
  const hash = hashSources(all);
  const folder = path.join(cache, entry.replaceAll("/", "-"));
  const kept = readBundle(path.join(folder, `${hash}.js`));
  if (kept !== undefined) return run(entry, kept, folder);
  const made = await makeBundle(entry);
  // A source that was changed meanwhile belongs to another hash.
  if (hashSources(all) === hash) {
    keep(path.join(folder, `${hash}.js`), made);
    removeOldest(folder);
  }
  return run(entry, made, folder);
};

/**
 * @param {string} file
 * @returns {string | undefined} the bundle; nothing where there is none, or where a package's file in it was changed.
 */
function readBundle(file) {
  try {
    const text = fs.readFileSync(file, "utf8");
    const stamps = JSON.parse(text.slice(2, text.indexOf("\n")));
    const now = stampsOf(Object.keys(stamps));
    return Object.entries(stamps).every(([name, stamp]) => stamp === now[name]) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} entry
 * @returns {Promise<string>} the bundle; its first line, a comment, says which packages' files are in it.
 */
async function makeBundle(entry) {
  // Loaded only here: most runs find a bundle.
  const { text, packageFiles } = await require("./bundle.cjs").makeBundle(entry);
  return `//${JSON.stringify(stampsOf(packageFiles))}\n${text}`;
}

/**
 * @param {string} entry
 * @param {string} text
 * @param {string} folder where the compiled code is kept.
 * @returns {unknown} what the program exports.
 */
function run(entry, text, folder) {
  const filename = path.join(root, entry);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const wrapped = `(function (exports, require, module, __folderInRepository) {${text}\n})`;
  const start = /** @type {Function} */ (
    evaluate(wrapped, { filename: `${filename} (bundle)`, codeFile: path.join(folder, hash) })
  );
  const module = { exports: {} };
  start(module.exports, createRequire(filename), module, (/** @type {string} */ below) => path.join(root, below));
  return module.exports;
}

/**
 * Removes what has not been made lately, by kind: bundles, compiled code, and what killed runs have left.
 * @param {string} folder
 */
function removeOldest(folder) {
  try {
    const age = (/** @type {string} */ name) => fs.statSync(path.join(folder, name)).mtimeMs;
    const names = fs.readdirSync(folder).sort((a, b) => age(b) - age(a));
    for (const kind of [".js", ".code", ""]) {
      const alike = names.filter((name) => (kind === "" ? /\.\d+$/.test(name) : name.endsWith(kind)));
      for (const name of alike.slice(keptBundles)) removeIfThere(path.join(folder, name));
    }
  } catch {
    // Another run removes them at the same time, or nothing can be removed here.
  }
}
