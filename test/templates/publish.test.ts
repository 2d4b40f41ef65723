import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { generatorConfigFiles, generatorPlaces } from "../../infra/rendering/generator-files";
import { waitFor } from "../../tools/shared/wait";
import { integrations, stack } from "./render-configs";

const { drafts, generated } = generatorPlaces;
let root: string;
let script: string;

const draft = "#!file a.yaml\nfirst\n#!file b.d/b.yaml\nsecond\n";

beforeEach(() => {
  root = fs.mkdtempSync(path.join(tmpdir(), "publish-"));
  for (const folder of [drafts, generated, "/proc"]) fs.mkdirSync(root + folder, { recursive: true });
  script = path.join(root, "publish.sh");
  const text = generatorConfigFiles(stack({ generation: 5 }), integrations)["publish.sh"] ?? "";
  fs.writeFileSync(
    script,
    [drafts, generated, "/proc/"].reduce((moved, place) => moved.replaceAll(place, root + place), text),
  );
  for (const name of ["nginx", "apache"]) {
    write(`${drafts}/${name}`, "");
    write(`${drafts}/${name}.published`, "");
  }
});

afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

function write(place: string, text: string, secondsAgo = 0): void {
  fs.mkdirSync(path.dirname(root + place), { recursive: true });
  fs.writeFileSync(root + place, text);
  const then = Date.now() / 1000 - secondsAgo;
  fs.utimesSync(root + place, then, then);
}

const publish = (...names: string[]): number | null => spawnSync("sh", [script, ...names]).status;
const published = (): string[] => fs.readdirSync(`${root}${generated}`, { recursive: true }).map(String).sort();

/** The first process of a container, as the script finds it; it says when it is told to read its configs. */
async function firstProcess(container: string): Promise<{ process: ChildProcess; told: () => number }> {
  let said = "";
  const process = spawn("sh", ["-c", "trap 'echo told' HUP; echo ready; while :; do sleep 0.05; done"]);
  process.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await waitFor("the process to be ready", () => Promise.resolve(said.includes("ready")), {
    timeoutMs: 20_000,
    intervalMs: 20,
  });
  write(`/proc/${String(process.pid)}/cgroup`, `0::/docker/${container}\n`);
  write(`/proc/${String(process.pid)}/status`, `Name:\tsh\nNSpid:\t${String(process.pid)}\t1\n`);
  return { process, told: () => said.split("told").length - 1 };
}

test("a draft's files are laid where they are read, for the agent alone", () => {
  write(`${drafts}/datadog`, draft);
  expect(publish("datadog")).toBe(0);
  expect(published()).toEqual(["datadog", "datadog/a.yaml", "datadog/b.d", "datadog/b.d/b.yaml"]);
  expect(fs.readFileSync(`${root}${generated}/datadog/b.d/b.yaml`, "utf8")).toBe("second\n");
  expect((fs.statSync(`${root}${generated}/datadog/a.yaml`).mode & 0o777).toString(8)).toBe("600");
  expect(publish()).toBe(0);
});

test("a file that stays the same is not touched", () => {
  write(`${drafts}/datadog`, draft);
  publish("datadog");
  const before = fs.statSync(`${root}${generated}/datadog/a.yaml`).ino;
  write(`${drafts}/datadog`, draft.replace("second", "third"));
  publish("datadog");
  expect(fs.statSync(`${root}${generated}/datadog/a.yaml`).ino).toBe(before);
  expect(fs.readFileSync(`${root}${generated}/datadog/b.d/b.yaml`, "utf8")).toBe("third\n");
});

test("the health check leaves a fresh draft to docker-gen, which may be writing it", () => {
  write(`${drafts}/datadog`, draft.slice(0, 20));
  expect(publish()).not.toBe(0);
  expect(published()).toEqual([]);
});

test("the health check publishes what was not published, and the agent is told once", async () => {
  const { process, told } = await firstProcess("f00d");
  try {
    write(`${drafts}/datadog`, draft, 60);
    write(`${drafts}/reader`, "1 f00d");
    expect(publish()).toBe(0);
    expect(published()).toContain("datadog/b.d/b.yaml");
    await waitFor("the agent to be told", () => Promise.resolve(told() > 0), { timeoutMs: 20_000, intervalMs: 20 });
    expect(publish()).toBe(0);
    expect(told()).toBe(1);
  } finally {
    process.kill("SIGKILL");
  }
});

test("a publication that fails is no healthy one", () => {
  write(`${drafts}/datadog`, draft, 60);
  fs.writeFileSync(`${root}${generated}/datadog`, "in the way");
  expect(publish()).not.toBe(0);
  fs.rmSync(`${root}${generated}/datadog`);
  expect(publish()).toBe(0);
});

test("nothing rendered at all is no healthy generator", () => {
  expect(publish()).not.toBe(0);
});
