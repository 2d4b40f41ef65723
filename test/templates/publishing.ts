import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach } from "vitest";

import { generatorConfigFiles, generatorPaths } from "../../infra/rendering/generator-files";
import { waitFor } from "../../tools/shared/wait";
import { integrationsOf, stack } from "./render-configs";

/** The folders of drafts, published files and password files in the generator's container. */
export const { drafts, generated, passwords } = generatorPaths;
/** The folder that stands for the root of the generator's container; another one for each test. */
export let root: string;
/** The script, with its folders moved there. */
export let script: string;

/** A draft of the configs, with two files. */
export const draft = "#!file a.yaml\nfirst\n#!file b.d/b.yaml\nsecond\n#!end\n";

/** Gives each test of a file a generator's container with an engine that answers, and nothing to publish but a config. */
export function useGenerator(): void {
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(tmpdir(), "publish-"));
    for (const folder of [drafts, generated, passwords, "/proc/self"]) fs.mkdirSync(root + folder, { recursive: true });
    script = path.join(root, "publish.sh");
    const passwordFiles = [{ name: "cart", containers: ["cart-redis"], network: "backend" }];
    const text = generatorConfigFiles(stack({ generation: 5, passwordFiles }), integrationsOf(5))["publish.sh"] ?? "";
    fs.writeFileSync(
      script,
      [drafts, generated, passwords, "/proc/"].reduce((moved, place) => moved.replaceAll(place, root + place), text),
    );
    write("/proc/self/cgroup", "0::/\n");
    engineAnswers(true, "echo f00d");
    write(`${drafts}/seen`, "f00d\n");
    for (const name of ["nginx", "apache"]) {
      write(`${drafts}/${name}`, "");
      write(`${drafts}/${name}.published`, "");
    }
  });

  afterEach(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });
}

/** Writes a file there, as if it had been changed so long ago. */
export function write(place: string, text: string, secondsAgo = 0): void {
  fs.mkdirSync(path.dirname(root + place), { recursive: true });
  fs.writeFileSync(root + place, text);
  const then = Date.now() / 1000 - secondsAgo;
  fs.utimesSync(root + place, then, then);
}

/** A folder for the PATH with all that a script may call; each call is a line in the log. */
export function countedPrograms(log: string): string {
  const folder = path.join(root, "programs");
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["awk", "cat", "chown", "cmp", "cp", "date", "find", "grep", "mkdir", "mv", "rm", "sort", "stat", "tail", "touch", "xargs"]) {
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\necho ${name} >>${log}\nPATH=/usr/bin:/bin exec ${name} "$@"\n`, { mode: 0o755 });
  }
  return folder;
}

/** What a health check of the engine finds: docker-gen's connection, and the answer that it gets. */
export function engineAnswers(connected: boolean, answer: string): void {
  write("/proc/self/net/unix", `Num RefCount Protocol Flags Type St Inode Path\n0: 2 0 0 0001 ${connected ? "03" : "01"} 4711\n`);
  write("/engine/docker-gen", `#!/bin/sh\n${answer}\n`);
  fs.chmodSync(`${root}/engine/docker-gen`, 0o755);
}

/** Runs the script, and returns its exit status. */
export const publish = (...names: string[]): number | null =>
  spawnSync("sh", [script, ...names], { env: { PATH: `${root}/engine:${process.env["PATH"] ?? ""}` }, timeout: 60_000 }).status;
/** The published files and folders. */
export const published = (): string[] => fs.readdirSync(`${root}${generated}`, { recursive: true }).map(String).sort();

/** A process as /proc has it: the 22nd field is when it started (proc(5)). */
export function stat(pid: number | undefined, started: number, name = "sh"): string {
  return `${String(pid)} (${name}) S ${"0 ".repeat(18)}${started} 0 0\n`;
}

/** The first process of a container, as the script finds it; it says when it is told to read its configs. */
export async function firstProcess(container: string, name = "sh"): Promise<{ process: ChildProcess; told: () => number }> {
  let said = "";
  const process = spawn("sh", ["-c", "trap 'echo told' HUP; echo ready; while :; do sleep 0.05; done"]);
  process.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await waitFor("the process to be ready", () => Promise.resolve(said.includes("ready")), {
    timeoutMs: 20_000,
    intervalMs: 20,
  });
  write(`/proc/${String(process.pid)}/cgroup`, `0::/docker/${container}\n`);
  write(`/proc/${String(process.pid)}/stat`, stat(process.pid, 100, name));
  // A younger process of the container, by a name that would be mistaken for fields.
  write("/proc/1999999999/cgroup", `0::/docker/${container}\n`);
  write("/proc/1999999999/stat", stat(1999999999, 200, "sh) S 1\n1 (x"));
  return { process, told: () => said.split("told").length - 1 };
}

/** Puts a program before the machine's own of the same name. */
export function program(name: string, text: string): void {
  write(`/engine/${name}`, `#!/bin/sh\n${text}\n`);
  fs.chmodSync(`${root}/engine/${name}`, 0o755);
}
