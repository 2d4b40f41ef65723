// @ts-check
/** Starts the stand-in whose bundle lies beside this file, from its compiled code if that was kept. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const { evaluate } = require("../../../../infra/start/compiled.cjs");

const filename = join(__dirname, "main.js");
// The bundler writes nothing but ASCII.
const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "latin1")}\n})`;
const start = /** @type {Function} */ (evaluate(text, { filename, codeFile: join(__dirname, "main") }));
start(exports, require, module, filename, __dirname);
