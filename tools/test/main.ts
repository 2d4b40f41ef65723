/** `make test` and its parts: runs the layers named on the command line (default: all) and ends with one count over all. */
import { rmSync } from "node:fs";

import { runMain, UserError } from "../shared/errors";
import { closingLines, sum, type Count } from "./count";
import { layers, parts } from "./layers";
import { timesFile } from "./times-file";

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const names = wanted.length > 0 ? wanted : Object.keys(layers);
  rmSync(timesFile, { force: true });
  // A wrong name is refused before any layer runs.
  names.forEach(layerOf);
  const counts: Count[] = [];
  for (const name of names) {
    process.stderr.write(`\n== ${name}\n`);
    counts.push(await layerOf(name)());
  }
  const total = sum(counts);
  process.stdout.write(`\n${closingLines(total)}\n`);
  return total.failed.length === 0 && total.passed > 0 ? 0 : 1;
}

function layerOf(name: string): () => Promise<Count> {
  const known = { ...layers, ...parts };
  const layer = known[name];
  if (layer !== undefined) return layer;
  throw new UserError(`There is no layer '${name}'; there are ${Object.keys(known).join(", ")}.`);
}

runMain(main);
