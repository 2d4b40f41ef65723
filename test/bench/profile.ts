/**
 * `make profile`: where the time of a preview goes, process by process and package by package, beside the smallest
 * program with the same plugins; for many hosts, beside a program with as many resources. It needs no host. See
 * docs/performance.md.
 */
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import { runMain, UserError } from "../../tools/shared/errors";
import { logToStderr, step } from "../../tools/shared/progress";
import { run } from "../../tools/shared/run";
import { resolveToolchain } from "../../tools/toolchain";
import { programParts } from "../../tools/toolchain/parts";
import { cloneProgram } from "../e2e/support/clone";
import { changeSettings } from "../e2e/support/stack-settings";
import { seconds } from "./figures";
import { FloorProgram, manyCommands } from "./floor";
import { watchMemory } from "./peak-memory";
import { describeProfile, type ProcessCost, type RunCost } from "./profile-report";

const runs = Number(process.env["RUNS"] ?? "") || 5;

/** Resources of one host, its component and its provider included. */
const resourcesOfHost = 8;
const stack = "shop-staging";

/** A command to be profiled. */
interface Profiled {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

async function main(): Promise<number> {
  const hosts = readHosts();
  const { parts, environment } = await resolveToolchain({ parts: programParts, log: logToStderr });
  const floor = hosts === 1 ? new FloorProgram() : new FloorProgram(manyCommands(hosts * resourcesOfHost));
  const clone = cloneProgram({ withTools: true });
  try {
    changeSettings(join(clone.folder, "stacks", `Pulumi.${stack}.yaml`), { hosts: entries(hosts) });
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

/** How many hosts to preview: HOSTS. Default: 1. */
function readHosts(): number {
  const text = process.env["HOSTS"] ?? "";
  if (text === "") return 1;
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UserError(`HOSTS is '${text}'. Set it to a number of hosts, such as 100.`);
  return Number(text);
}

/** Entries of hosts that don't exist, each with a key of its own. */
function entries(hosts: number): object[] {
  return Array.from({ length: hosts }, (_, index) => {
    const key = createHash("sha256").update(String(index)).digest();
    const blob = Buffer.concat([Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20", "latin1"), key]);
    return {
      name: `web-${index + 1}`,
      address: "192.0.2.1",
      port: 1024 + index,
      hostKey: `ssh-ed25519 ${blob.toString("base64")}`,
    };
  });
}

async function profile({ command: [program, ...args], folder, environment }: Profiled): Promise<RunCost> {
  const file = join(folder, "profile.jsonl");
  rmSync(file, { force: true });
  const env = {
    ...environment,
    PROFILE_FILE: file,
    NODE_OPTIONS: `--require ${resolve(__dirname, "profiled-process.cjs")}`,
  };
  const memory = watchMemory();
  let processor = NaN;
  const wall = await seconds(async () => {
    // The shell's `time` adds up the processor time of the processes that have ended.
    const script = 'TIMEFORMAT="processor %U %S"; time "$@"';
    const { stderr } = await run("bash", ["-c", script, "bash", program, ...args], { cwd: folder, env });
    const [, user = "", system = ""] = /^processor ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
    processor = Number(user) + Number(system);
  });
  const peak = memory.end();
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return { wall, processor, peak, processes: lines.map((line) => JSON.parse(line) as ProcessCost) };
}

runMain(main);
