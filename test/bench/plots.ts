/** `make bench-plots`: draws the kept measurement, for light and dark pages, and writes its figures into docs/performance.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { format, resolveConfig } from "prettier";

import { runMain, UserError } from "../../tools/shared/errors";
import { drawPlot, themes } from "./plot";
import { deployPlot, reactionPlot } from "./plots-of-results";
import { quotedFigures, withFigures } from "./quoted-figures";
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
  const page = join(root, "docs", "performance.md");
  const text = withFigures(readFileSync(page, "utf8"), quotedFigures(results));
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
  return 0;
}

function readKept(): Results {
  try {
    return JSON.parse(readFileSync(join(folder, "bench.json"), "utf8")) as Results;
  } catch {
    throw new UserError("There is no kept measurement. Make one on a quiet machine: make bench-all KEEP=yes");
  }
}

runMain(main);
