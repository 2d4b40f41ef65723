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
  const counts: Count[] = [];
  for (const name of names) {
    const layer = layers[name] ?? parts[name];
    if (layer === undefined) {
      const known = [...Object.keys(layers), ...Object.keys(parts)].join(", ");
      throw new UserError(`There is no layer '${name}'; there are ${known}.`);
    }
    process.stderr.write(`\n== ${name}\n`);
    counts.push(await layer());
  }
  const total = sum(counts);
  process.stdout.write(`\n${closingLines(total)}\n`);
  return total.failed.length === 0 && total.passed > 0 ? 0 : 1;
}

runMain(main);
