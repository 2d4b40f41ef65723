/** `make bench-plots`: draws the kept measurement for README and docs, for light and dark pages. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { runMain, UserError } from "../../tools/shared/errors";
import { drawPlot, themes } from "./plot";
import { deployPlot, reactionPlot } from "./plots-of-results";
import type { Results } from "./results";

const folder = resolve(__dirname, "..", "..", "docs", "picture");

function main(): Promise<number> {
  const results = readKept();
  for (const [name, plot] of Object.entries({ deploy: deployPlot(results), reaction: reactionPlot(results) })) {
    for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
      writeFileSync(join(folder, `${name}-${theme}.svg`), drawPlot(plot, theme));
    }
  }
  return Promise.resolve(0);
}

function readKept(): Results {
  try {
    return JSON.parse(readFileSync(join(folder, "bench.json"), "utf8")) as Results;
  } catch {
    throw new UserError("There is no kept measurement. Make one on a quiet machine: make bench-all KEEP=yes");
  }
}

runMain(main);
