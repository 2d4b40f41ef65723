/** `make test` and its parts: runs the layers named on the command line (default: all) and ends with one count over all. */
import { rmSync } from "node:fs";

import { runMain } from "../shared/errors";
import { closingLines, sum, type Count } from "./count";
import { layers, parts, vitest } from "./layers";
import { stepsOf } from "./steps";
import { timesFile } from "./times-file";

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const names = wanted.length > 0 ? wanted : Object.keys(layers);
  rmSync(timesFile, { force: true });
  // A wrong name is refused before any layer runs.
  const steps = stepsOf(names, { ...layers, ...parts }, vitest);
  const counts: Count[] = [];
  for (const { name, run } of steps) {
    process.stderr.write(`\n== ${name}\n`);
    counts.push(await run());
  }
  const total = sum(counts);
  process.stdout.write(`\n${closingLines(total)}\n`);
  return total.failed.length === 0 && total.passed > 0 ? 0 : 1;
}

runMain(main);
