/** `make bench-plots`: draws the kept measurement, for light and dark pages, and writes its figures into docs/performance.md and README. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { runMain, UserError } from "../../tools/shared/errors";
import { run } from "../../tools/shared/run";
import { drawPlot, themes } from "./plot";
import { deployPlot, reactionPlot } from "./plots-of-results";
import { quotedDeploys, quotedFigures, withFigures } from "./quoted-figures";
import type { Results } from "./results";

const root = resolve(__dirname, "..", "..");
const folder = join(root, "docs", "picture");

async function main(): Promise<number> {
  const results = readKept();
  for (const [name, plot] of Object.entries({ deploy: deployPlot(results), reaction: reactionPlot(results) })) {
    for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
      writeFileSync(join(folder, `${name}-${theme}.svg`), drawPlot(plot, theme));
    }
  }
  await quote(join(root, "docs", "performance.md"), quotedFigures(results));
  await quote(join(root, "README.md"), quotedDeploys(results));
  return 0;
}

async function quote(page: string, figures: string): Promise<void> {
  writeFileSync(page, withFigures(readFileSync(page, "utf8"), figures));
  // As a program of its own: it can't be bundled.
  await run(join(root, "node_modules", ".bin", "prettier"), ["--write", page]);
}

function readKept(): Results {
  try {
    return JSON.parse(readFileSync(join(folder, "bench.json"), "utf8")) as Results;
  } catch {
    throw new UserError("There is no kept measurement. Make one on a quiet machine: make bench KEEP=yes");
  }
}

runMain(main);
