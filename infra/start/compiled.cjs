// @ts-check
/** Keeps what Node.js has compiled of a text beside it, so that the next start need not compile it again. */
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

/**
 * @param {string} text
 * @param {{ filename: string, codeFile: string }} files the text's name in stack traces, and where its compiled code is kept.
 *   Node.js looks at no more than the length of the text, so each text needs a file of its own.
 * @returns {unknown} what the text evaluates to. The code is kept when the process ends, with what it has used by then.
 */
exports.evaluate = (text, { filename, codeFile }) => {
  const ofThisNode = `${codeFile}-${process.version}-${process.arch}.code`;
  const cachedData = readIfThere(ofThisNode);
  const script = new vm.Script(text, { filename, cachedData });
  if (cachedData === undefined || script.cachedDataRejected) {
    process.once("exit", () => exports.keep(ofThisNode, script.createCachedData()));
  }
  return script.runInThisContext();
};

/**
 * Writes a file, whole or not at all. Where nothing can be kept, each run makes it again.
 * @param {string} file
 * @param {string | Buffer} content
 */
exports.keep = (file, content) => {
  const unfinished = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(unfinished, content);
    fs.renameSync(unfinished, file);
  } catch {
    exports.removeIfThere(unfinished);
  }
};

/** @param {string} file */
exports.removeIfThere = (file) => {
  try {
    fs.rmSync(file);
  } catch {
    // It is not there, or nothing can be removed here.
  }
};

/**
 * @param {string} file
 * @returns {Buffer | undefined}
 */
function readIfThere(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}
