/** Loaded before each test file: records how long the file took, and its processor time. */
import { appendFileSync, mkdirSync } from "node:fs";
import { relative, resolve } from "node:path";
import { afterAll, expect } from "vitest";

import { processorSeconds } from "./processor-time.js";
import { timesFile } from "./times-file.js";

const root = resolve(import.meta.dirname, "..", "..");
const start = performance.now();

// Registered before the file's own hooks, it runs after them.
afterAll(() => {
  const file = relative(root, expect.getState().testPath ?? "");
  const seconds = (performance.now() - start) / 1000;
  mkdirSync(resolve(timesFile, ".."), { recursive: true });
  appendFileSync(timesFile, `${JSON.stringify({ file, seconds, ...processorSeconds() })}\n`);
});
