/** `make test-times`: prints how long each test file took in the last run. */
import { existsSync, readFileSync } from "node:fs";

import { runMain, UserError } from "../shared/errors";
import { timesFile, type FileTimes } from "./times-file";
import { timesTable } from "./times-table";

function main(): Promise<number> {
  if (!existsSync(timesFile)) throw new UserError("No tests have run in this clone yet: run `make test` first.");
  const lines = readFileSync(timesFile, "utf8").trimEnd().split("\n");
  process.stdout.write(`${timesTable(lines.map((text) => JSON.parse(text) as FileTimes))}\n`);
  return Promise.resolve(0);
}

runMain(main);
