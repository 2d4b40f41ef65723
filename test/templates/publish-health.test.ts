import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { beforeEach, describe, expect, test } from "vitest";

import { waitFor } from "../../tools/shared/wait";
import { draft, drafts, engineAnswers, firstProcess, generated, program, publish, published, root, useGenerator, write } from "./publishing";

useGenerator();

test("the health check leaves a fresh draft to docker-gen, which may be writing it", () => {
  write(`${drafts}/datadog`, draft.slice(0, 20));
  expect(publish()).not.toBe(0);
  expect(published()).toEqual([]);
});

test("a clock that was set back keeps the health check from nothing", () => {
  write(`${drafts}/datadog`, draft, -3600);
  expect(publish()).toBe(0);
  expect(published()).toContain("datadog/b.d/b.yaml");
  // The time of the last look at all containers.
  write(`${drafts}/seen.now`, "f00d\n", -3600);
  expect(publish()).toBe(0);
  expect(fs.statSync(`${root}${drafts}/seen.now`).mtimeMs).toBeLessThanOrEqual(Date.now());
});

test("the health check publishes what was not published, and the agent gets one signal", async () => {
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
  program("mv", "exit 1");
  expect(publish()).not.toBe(0);
  fs.rmSync(`${root}/engine/mv`);
  expect(publish()).toBe(0);
});

test.each([
  ["a file in place of a folder", () => write(`${generated}/datadog`, "in the way")],
  ["a file in place of a check's folder", () => write(`${generated}/datadog/b.d`, "in the way")],
  ["a link to nowhere in place of a check's folder", () => {
    fs.mkdirSync(`${root}${generated}/datadog`);
    fs.symlinkSync("nowhere", `${root}${generated}/datadog/b.d`);
  }],
  ["a link to another folder in place of a check's folder", () => {
    fs.mkdirSync(`${root}${generated}/elsewhere`, { recursive: true });
    fs.mkdirSync(`${root}${generated}/datadog`);
    fs.symlinkSync("../elsewhere", `${root}${generated}/datadog/b.d`);
  }],
  ["a folder in place of a file", () => write(`${generated}/datadog/b.d/b.yaml/x`, "in the way")],
  ["a pipe in place of a file", () => {
    fs.mkdirSync(`${root}${generated}/datadog/b.d`, { recursive: true });
    expect(spawnSync("mkfifo", [`${root}${generated}/datadog/b.d/b.yaml`]).status).toBe(0);
  }],
  ["a link in place of a file", () => {
    fs.mkdirSync(`${root}${generated}/datadog/b.d`, { recursive: true });
    fs.symlinkSync("/etc/hostname", `${root}${generated}/datadog/b.d/b.yaml`);
  }],
])("%s gives way to what is published", (_, damage) => {
  damage();
  write(`${drafts}/datadog`, draft);
  expect(publish("datadog")).toBe(0);
  expect(fs.readFileSync(`${root}${generated}/datadog/b.d/b.yaml`, "utf8")).toBe("second\n");
  expect(fs.lstatSync(`${root}${generated}/datadog/b.d`).isDirectory()).toBe(true);
  expect(fs.lstatSync(`${root}${generated}/datadog/b.d/b.yaml`).isFile()).toBe(true);
  expect(publish()).toBe(0);
});

describe("with nothing to publish", () => {
  beforeEach(() => {
    write(`${drafts}/datadog`, draft);
    publish("datadog");
    expect(publish()).toBe(0);
  });

  test("a generator whose folder takes no file is not healthy", () => {
    fs.renameSync(root + generated, `${root}${generated}.elsewhere`);
    expect(publish()).not.toBe(0);
    fs.renameSync(`${root}${generated}.elsewhere`, root + generated);
    expect(publish()).toBe(0);
    program("touch", `case "$*" in *datadog/b.d*) echo "touch: b.d: Operation not permitted" >&2; exit 1 ;; esac`);
    expect(publish()).not.toBe(0);
  });

  /** Lets the time since the last look at all containers, and since a difference was seen, pass. */
  const later = (seconds: number): void => {
    for (const name of ["seen.now", "behind"]) {
      if (!fs.existsSync(`${root}${drafts}/${name}`)) continue;
      const then = Date.now() / 1000 - seconds;
      fs.utimesSync(`${root}${drafts}/${name}`, then, then);
    }
  };
  /** docker-gen as a process of this container, which notes its signals. */
  const dockerGen = async (): Promise<{ signals: () => string; ended: () => boolean; end: () => void }> => {
    const log = path.join(root, "signals");
    fs.writeFileSync(log, "");
    const process = spawn("sh", ["-c", `trap 'echo HUP >>${log}' HUP; echo ready >>${log}; while :; do sleep 0.05; done`]);
    const signals = (): string => fs.readFileSync(log, "utf8").replace("ready\n", "");
    await waitFor("the process", () => Promise.resolve(fs.readFileSync(log, "utf8") !== ""), { timeoutMs: 20_000, intervalMs: 20 });
    write(`/proc/${String(process.pid)}/cgroup`, "0::/\n");
    write(`/proc/${String(process.pid)}/comm`, "docker-gen\n");
    // It is told of the password files first.
    expect(publish()).toBe(0);
    await waitFor("the first signal", () => Promise.resolve(signals() === "HUP\n"), { timeoutMs: 20_000, intervalMs: 20 });
    fs.writeFileSync(log, "");
    return { signals, ended: () => process.signalCode === "SIGKILL", end: () => process.kill("SIGKILL") };
  };

  test("docker-gen that has missed a change is told to look again, and is healthy once it has", async () => {
    const process = await dockerGen();
    try {
      engineAnswers(true, "echo f00d; echo cafe");
      later(60);
      // It may just be about to render.
      expect(publish()).toBe(0);
      later(60);
      expect(publish()).not.toBe(0);
      await waitFor("the signal", () => Promise.resolve(process.signals() === "HUP\n"), { timeoutMs: 20_000, intervalMs: 20 });
      write(`${drafts}/seen`, "f00d\ncafe\n");
      expect(publish()).toBe(0);
      later(60);
      expect(publish()).toBe(0);
      expect(process.signals()).toBe("HUP\n");
    } finally {
      process.end();
    }
  });

  test("docker-gen that does nothing any more is ended", async () => {
    const process = await dockerGen();
    try {
      engineAnswers(true, "echo cafe");
      later(60);
      expect(publish()).toBe(0);
      for (let check = 0; check < 2; check++) {
        later(60);
        expect(publish()).not.toBe(0);
      }
      await waitFor("its end", () => Promise.resolve(process.ended()), { timeoutMs: 20_000, intervalMs: 20 });
    } finally {
      process.end();
    }
  });

  test("docker-gen that goes on rendering is left alone, however often containers change", async () => {
    const process = await dockerGen();
    try {
      for (let check = 0; check < 4; check++) {
        engineAnswers(true, `echo ${check}`);
        write(`${drafts}/seen`, `${check - 1}\n`);
        later(60);
        expect(publish()).toBe(0);
      }
      expect([process.signals(), process.ended()]).toEqual(["", false]);
    } finally {
      process.end();
    }
  });
});

test("nothing rendered at all is no healthy generator", () => {
  expect(publish()).not.toBe(0);
});

test("the health check leaves the working folders of a running process alone, unless they are old: its id may have been another one's", () => {
  write("/proc/4711/comm", "sh\n");
  const folder = `${root}${generated}/datadog/.new.datadog.4711`;
  fs.mkdirSync(folder, { recursive: true });
  publish();
  expect(fs.existsSync(folder)).toBe(true);
  const old = Date.now() / 1000 - 600;
  fs.utimesSync(folder, old, old);
  publish();
  expect(fs.existsSync(folder)).toBe(false);
});

test.each([
  ["docker-gen is not connected", false, "echo f00d"],
  ["the engine has no answer", true, "exit 0"],
  ["the engine does not answer in time", true, "exec sleep 60"],
])("no generator is healthy where %s", (_, connected, answer) => {
  write(`${drafts}/datadog`, draft);
  publish("datadog");
  expect(publish()).toBe(0);
  engineAnswers(connected, answer);
  expect(publish()).not.toBe(0);
});
