import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";

import type { EngineLog } from "../shared/engine-log";
import { quoted } from "./run-command";
import type { CommandOutput, ShownRun } from "./run-command";

/**
 * Runs a command on this machine, with the shell. Throws an error with the command and all that it wrote, as the original says
 * it.
 */
export async function runLocally(run: ShownRun, log: EngineLog): Promise<CommandOutput> {
  const { urn, command, stdin, environment, previous, logging } = run;
  const earlier =
    previous === undefined ? {} : { PULUMI_COMMAND_STDOUT: previous.stdout, PULUMI_COMMAND_STDERR: previous.stderr };
  const child = spawn("/bin/sh", ["-c", command], {
    env: { ...process.env, ...environment, ...earlier },
    // A session of its own: an interrupt at the terminal must not cut the step that runs.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "", both: "" };
  const shown = new PassThrough();
  const told: Promise<void>[] = [];
  const lines = createInterface({ input: shown });
  lines.on("line", (line) => told.push(log.status(urn, line)));
  const linesDone = new Promise<void>((resolve) => lines.on("close", resolve));
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      written.both += text;
      if (logging === name || logging === "stdoutAndStderr") shown.write(text);
    });
  }
  // A command that does not read its input may be gone before all of it is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  const failure = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(code === null ? `signal: ${String(signal)}` : `exit status ${code}`);
    });
  });
  shown.end();
  await linesDone;
  await Promise.all(told);
  if (failure !== undefined) throw new Error(`${failure}: running ${quoted(command)}:\n${written.both}`);
  const trimmed = (text: string): string => text.replace(/\n$/, "");
  return { stdout: trimmed(written.stdout), stderr: trimmed(written.stderr) };
}
