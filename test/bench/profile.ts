/**
 * `make profile`: where the time of a preview goes, process by process and package by package, beside the smallest
 * program with the same plugins. It needs no host. See docs/performance.md.
 */
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import { runMain } from "../../tools/shared/errors";
import { logToStderr, step } from "../../tools/shared/progress";
import { run } from "../../tools/shared/run";
import { resolveToolchain } from "../../tools/toolchain";
import { programParts } from "../../tools/toolchain/parts";
import { cloneProgram } from "../e2e/support/clone";
import { seconds } from "./figures";
import { FloorProgram } from "./floor";
import { describeProfile, type ProcessCost, type RunCost } from "./profile-report";

const runs = 5;
const stack = "shop-staging";

/** A command to be profiled. */
interface Profiled {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

async function main(): Promise<number> {
  const { parts, environment } = await resolveToolchain({ parts: programParts, log: logToStderr });
  const floor = new FloorProgram();
  const clone = cloneProgram({ withTools: true });
  try {
    const own = (folder: string, state: string): NodeJS.ProcessEnv => ({
      ...process.env,
      ...environment,
      PULUMI_BACKEND_URL: `file://${join(folder, state)}`,
      PULUMI_CONFIG_PASSPHRASE: "example",
      // The floor's types are not checked either.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    });
    const preview = (name: string): [string, ...string[]] => [
      "pulumi",
      "preview",
      "--non-interactive",
      "--stack",
      name,
    ];
    const program = { folder: clone.folder, environment: own(clone.folder, ".") };
    const profiled: Profiled[] = [
      { name: "floor", command: preview("dev"), folder: floor.folder, environment: own(floor.folder, "state") },
      { name: "pulumi preview", command: preview(stack), ...program },
      { name: "make preview", command: ["make", "--silent", "preview", `STACK=${stack}`], ...program },
    ];
    for (const { command, folder: cwd, environment: env } of [profiled[0], profiled[1]].flatMap((one) => one ?? [])) {
      await run("pulumi", ["stack", "init", command.at(-1) ?? ""], { cwd, env });
    }
    const costs = new Map<string, RunCost[]>(profiled.map(({ name }) => [name, []]));
    // In turns, so that what else the machine does is shared; the first turn makes the bundles and does not count.
    for (let turn = 0; turn <= runs; turn++) {
      await step(`Turn ${turn} of ${runs}`, logToStderr, async () => {
        for (const one of profiled) {
          const cost = await profile(one);
          if (turn > 0) costs.get(one.name)?.push(cost);
        }
      });
    }
    const standIns = parts.filter(({ origin }) => origin === "stand-in").map(({ name }) => name);
    process.stdout.write(`${describeProfile(costs, standIns)}\n`);
    return 0;
  } finally {
    clone.remove();
    floor.remove();
  }
}

async function profile({ command: [program, ...args], folder, environment }: Profiled): Promise<RunCost> {
  const file = join(folder, "profile.jsonl");
  rmSync(file, { force: true });
  const env = {
    ...environment,
    PROFILE_FILE: file,
    NODE_OPTIONS: `--require ${resolve(__dirname, "profiled-process.cjs")}`,
  };
  const wall = await seconds(() => run(program, args, { cwd: folder, env }));
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return { wall, processes: lines.map((line) => JSON.parse(line) as ProcessCost) };
}

runMain(main);
