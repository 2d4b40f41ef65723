/** `make preview`, `make up` and `make destroy`: Pulumi with a toolchain that is there, and failures told host by host. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runMain, UserError } from "../shared/errors";
import { pulumiEnvironment } from "./environment";
import { describeFailures, readFailures } from "./failures";
import { runPulumi } from "./pulumi";
import { requireStack } from "./stacks";

const operations = ["preview", "up", "destroy"] as const;
type Operation = (typeof operations)[number];

async function main(): Promise<number> {
  const [operation, stackName, ...further] = process.argv.slice(2);
  if (!operations.includes(operation as Operation)) {
    throw new UserError(`Say what to do: ${operations.join(", ")}.`);
  }
  const stack = requireStack("stacks", stackName);
  const environment = await pulumiEnvironment();
  const folder = mkdtempSync(join(tmpdir(), "datadog-hosts-"));
  try {
    const created = await runPulumi(["stack", "select", "--create", stack], environment);
    if (created !== 0) return created;
    const log = join(folder, "events.json");
    const status = await runPulumi(
      [operation as Operation, "--stack", stack, "--event-log", log, ...flagsOf(operation as Operation), ...further],
      { ...environment, PULUMI_DEBUG_COMMANDS: "true" },
    );
    const failures = readFailures(readIfThere(log));
    if (failures.length > 0) process.stderr.write(`\n${describeFailures(failures)}\n`);
    return status;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Without a terminal nobody can be asked, so what was ordered is done. */
function flagsOf(operation: Operation): string[] {
  if (operation === "preview") return ["--diff"];
  return [
    "--continue-on-error",
    ...(process.stdin.isTTY ? [] : ["--yes"]),
    ...(operation === "up" ? ["--skip-preview"] : []),
  ];
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

runMain(main);
