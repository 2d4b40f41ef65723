// @ts-check
/** What a bundle is made from, and how to tell whether that has changed. */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

/** The folder of this repository. */
const root = path.resolve(__dirname, "..", "..");
exports.root = root;

/** What decides beside the sources: how they are compiled, and which packages npm has installed. */
const settings = ["tsconfig.json", "package.json", "node_modules/.package-lock.json"];

/**
 * A hash of the names and contents of all that a bundle is made from, except the packages' own files.
 * @param {readonly string[]} folders of sources, below the root.
 */
exports.hashSources = (folders) => {
  const hash = createHash("sha256");
  // Another package manager keeps no list of what it has installed; the packages' own files count in any case.
  const present = settings.filter((file) => fs.existsSync(path.join(root, file)));
  for (const file of [...folders.flatMap(sourcesIn), ...present]) {
    const content = fs.readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
};

/**
 * The sources in a folder and below it, in a fixed order.
 * @param {string} folder
 * @returns {string[]}
 */
function sourcesIn(folder) {
  const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourcesIn(name);
      return /\.(ts|cjs)$/.test(entry.name) ? [name] : [];
    });
}

/**
 * Size and time of change of packages' files: other values mean that somebody has changed them by hand.
 * @param {readonly string[]} files below the folder of packages.
 * @returns {Record<string, string>} empty values for files that are gone.
 */
exports.stampsOf = (files) => {
  const stamp = (/** @type {string} */ file) => {
    const status = fs.statSync(path.join(packagesFolder(), file), { throwIfNoEntry: false });
    return status === undefined ? "" : `${status.size} ${status.mtimeMs}`;
  };
  return Object.fromEntries(files.map((file) => [file, stamp(file)]));
};

/** Where npm has installed the packages; several clones may share it by a link. */
function packagesFolder() {
  return fs.realpathSync(path.join(root, "node_modules"));
}
exports.packagesFolder = packagesFolder;
