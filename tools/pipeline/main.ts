/** `make preview-all`, `make deploy` and `make drift`: the steps of the pipeline, on a runner or by hand. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { runMain, UserError } from "../shared/errors";
import { run } from "../shared/run";
import { shownLines } from "../shared/shown";
import { requireSharedBackend } from "./backend";
import { pipelineStacks, stacksOfEnvironment } from "./environments";
import { publishComment, publishIssue } from "./publish";
import { driftIssue, driftLines, driftTitle, previewComment, previewMark, type StackRun } from "./report";
import { withSshKey } from "./ssh-key";

const reports = resolve(__dirname, "..", "..", ".results");

async function main(): Promise<number> {
  const [operation, subject] = process.argv.slice(2);
  removeEmptyVariables(process.env);
  requireSharedBackend(process.env);
  switch (operation) {
    case "preview-all":
      // With LIVE=yes, a preview looks at the hosts.
      return withSshKey(process.env, previewAll);
    case "deploy":
      return withSshKey(process.env, () => deploy(stacksOfEnvironment("stacks", subject)));
    case "drift":
      return withSshKey(process.env, () => drift(pipelineStacks("stacks")));
    default:
      throw new UserError("Unknown command. There are: preview-all, deploy, drift.");
  }
}

/** A workflow passes a secret that is not set as an empty string, which some programs use as a value. */
function removeEmptyVariables(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value === "" && name !== "PULUMI_CONFIG_PASSPHRASE") Reflect.deleteProperty(environment, name);
  }
}

async function previewAll(): Promise<number> {
  const runs: StackRun[] = [];
  for (const stack of pipelineStacks("stacks")) {
    const program = [process.execPath, "tools/start.cjs", "tools/deploy/main.ts", "preview", stack];
    runs.push(await runCommands(stack, process.env, program));
  }
  const comment = previewComment(runs);
  writeReport("preview.md", comment);
  await publishComment(process.env, previewMark, comment);
  return exitCodeOf(runs);
}

/** Runs `make up`'s program for each stack; a failure of one does not stop the others. */
async function deploy(stacks: readonly string[]): Promise<number> {
  const failed: string[] = [];
  for (const stack of stacks) {
    process.stderr.write(`\n== ${stack}\n`);
    const status = await runWithInheritedOutput(process.execPath, [
      "tools/start.cjs",
      "tools/deploy/main.ts",
      "up",
      stack,
    ]);
    if (status !== 0) failed.push(stack);
  }
  if (failed.length > 0) process.stderr.write(`\nNot done: ${failed.join(", ")}. The reasons are above.\n`);
  return failed.length === 0 ? 0 : 1;
}

/** Runs `make drift`'s program for each stack; the highest exit code counts. */
async function drift(stacks: readonly string[]): Promise<number> {
  const runs: StackRun[] = [];
  for (const stack of stacks) {
    process.stderr.write(`\n== ${stack}\n`);
    const program = ["tools/start.cjs", "tools/status/main.ts", stack, "--drift", "--json"];
    const { status, stdout, stderr } = await run(process.execPath, program, { check: false });
    const found = driftLines(stdout);
    const stderrText = shownLines(stderr).trim();
    if (stderrText !== "") process.stderr.write(`${stderrText}\n`);
    if (status === 0) process.stdout.write("Every host is as the last up left it.\n");
    for (const line of found) process.stdout.write(`${line}\n`);
    runs.push({ stack, status, output: [...found, stderrText].join("\n"), ...(found.length > 0 && { found }) });
  }
  const found = runs.filter(({ status }) => status !== 0);
  if (found.length === 0) return 0;
  const issue = driftIssue(found);
  writeReport("drift.md", issue);
  await publishIssue(process.env, driftTitle, issue);
  return Math.max(...runs.map(({ status }) => status));
}

/** Runs commands one after another until one fails. Prints their output and returns that of the last one. */
async function runCommands(
  stack: string,
  env: NodeJS.ProcessEnv,
  ...commands: readonly (readonly string[])[]
): Promise<StackRun> {
  process.stderr.write(`\n== ${stack}\n`);
  let last: StackRun = { stack, status: 0, output: "" };
  for (const [program = "", ...args] of commands) {
    const lines: string[] = [];
    const onLine = (text: string): void => {
      const line = shownLines(text);
      lines.push(line);
      process.stdout.write(`${line}\n`);
    };
    const { status } = await run(program, args, { env, check: false, timeoutMs: 3_600_000, onLine });
    last = { stack, status, output: lines.join("\n") };
    if (status !== 0) break;
  }
  return last;
}

async function runWithInheritedOutput(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: "inherit" });
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (status) => settle(status ?? 128));
  });
}

function writeReport(file: string, text: string): void {
  mkdirSync(reports, { recursive: true });
  writeFileSync(resolve(reports, file), `${text}\n`);
}

function exitCodeOf(runs: readonly StackRun[]): number {
  return runs.some(({ status }) => status !== 0) ? 1 : 0;
}

runMain(main);
