import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { generatorConfigFiles, generatorPaths } from "../../infra/rendering/generator-files";
import { waitFor } from "../../tools/shared/wait";
import { integrationsOf, stack } from "./render-configs";

const { drafts, generated, passwords } = generatorPaths;
let root: string;
let script: string;

const draft = "#!file a.yaml\nfirst\n#!file b.d/b.yaml\nsecond\n#!end\n";

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

function write(place: string, text: string, secondsAgo = 0): void {
  fs.mkdirSync(path.dirname(root + place), { recursive: true });
  fs.writeFileSync(root + place, text);
  const then = Date.now() / 1000 - secondsAgo;
  fs.utimesSync(root + place, then, then);
}

/** A folder for the PATH with all that a script may call; each call is a line in the log. */
function countedPrograms(log: string): string {
  const folder = path.join(root, "programs");
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["awk", "cat", "chown", "cmp", "cp", "date", "find", "grep", "mkdir", "mv", "rm", "sort", "stat", "tail", "touch", "xargs"]) {
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\necho ${name} >>${log}\nPATH=/usr/bin:/bin exec ${name} "$@"\n`, { mode: 0o755 });
  }
  return folder;
}

/** What a health check of the engine finds: docker-gen's connection, and the answer that it gets. */
function engineAnswers(connected: boolean, answer: string): void {
  write("/proc/self/net/unix", `Num RefCount Protocol Flags Type St Inode Path\n0: 2 0 0 0001 ${connected ? "03" : "01"} 4711\n`);
  write("/engine/docker-gen", `#!/bin/sh\n${answer}\n`);
  fs.chmodSync(`${root}/engine/docker-gen`, 0o755);
}

const publish = (...names: string[]): number | null =>
  spawnSync("sh", [script, ...names], { env: { PATH: `${root}/engine:${process.env["PATH"] ?? ""}` }, timeout: 60_000 }).status;
const published = (): string[] => fs.readdirSync(`${root}${generated}`, { recursive: true }).map(String).sort();

/** A process as /proc has it: the 22nd field is when it started (proc(5)). */
function stat(pid: number | undefined, started: number, name = "sh"): string {
  return `${String(pid)} (${name}) S ${"0 ".repeat(18)}${started} 0 0\n`;
}

/** The first process of a container, as the script finds it; it says when it is told to read its configs. */
async function firstProcess(container: string, name = "sh"): Promise<{ process: ChildProcess; told: () => number }> {
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

test("a draft's files are published for the agent alone", () => {
  write(`${drafts}/datadog`, draft);
  expect(publish("datadog")).toBe(0);
  expect(published()).toEqual(["datadog", "datadog/a.yaml", "datadog/b.d", "datadog/b.d/b.yaml"]);
  expect(fs.readFileSync(`${root}${generated}/datadog/b.d/b.yaml`, "utf8")).toBe("second\n");
  expect((fs.statSync(`${root}${generated}/datadog/a.yaml`).mode & 0o777).toString(8)).toBe("600");
  expect(publish()).toBe(0);
});

test("a folder of pages that its user has closed is opened for web servers, and stays the user's", () => {
  const page = `${root}${generated}/apache/web`;
  fs.mkdirSync(page, { recursive: true });
  fs.chmodSync(page, 0o700);
  write(`${drafts}/apache`, "#!file web/apache.conf USR1 f00d\n# page\n#!end\n");
  const owner = fs.statSync(page).uid;
  publish("apache");
  expect((fs.statSync(page).mode & 0o777).toString(8)).toBe("755");
  expect(fs.statSync(page).uid).toBe(owner);
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

/** Puts a program before the machine's own of the same name. */
function program(name: string, text: string): void {
  write(`/engine/${name}`, `#!/bin/sh\n${text}\n`);
  fs.chmodSync(`${root}/engine/${name}`, 0o755);
}

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

test("a draft without its last line is not published, and no file that it lacks is removed", () => {
  write(`${drafts}/datadog`, draft);
  publish("datadog");
  write(`${drafts}/datadog`, draft.slice(0, 20), 60);
  expect(publish("datadog")).not.toBe(0);
  expect(publish()).not.toBe(0);
  expect(published()).toEqual(["datadog", "datadog/a.yaml", "datadog/b.d", "datadog/b.d/b.yaml"]);
});

describe("instances in files of their own", () => {
  const id = (digit: string): string => digit.repeat(64);
  const instances = (...digits: string[]): string =>
    [...digits.map((digit) => `#!file b.d/${id(digit)}.yaml\n${digit}\n`), "#!end\n"].join("");
  const files = (): string[] => published().filter((file) => file.endsWith(".yaml"));

  test("go with their containers, and nobody else's file does", () => {
    write(`${drafts}/datadog`, instances("a", "b"));
    publish("datadog");
    write(`${generated}/datadog/b.d/by-hand.yaml`, "");
    write(`${drafts}/datadog`, instances("b"));
    expect(publish("datadog")).toBe(0);
    expect(files()).toEqual([`datadog/b.d/${id("b")}.yaml`, "datadog/b.d/by-hand.yaml"]);
  });

  test("stay untouched when others come and go", () => {
    write(`${drafts}/datadog`, instances("a", "b"));
    publish("datadog");
    const before = fs.statSync(`${root}${generated}/datadog/b.d/${id("b")}.yaml`);
    write(`${drafts}/datadog`, instances("b", "c"));
    publish("datadog");
    const after = fs.statSync(`${root}${generated}/datadog/b.d/${id("b")}.yaml`);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test("are published by as few processes as one is, whatever folders there are", () => {
    const many = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, "0").repeat(32));
    const other = Array.from({ length: 20 }, (_, index) => `#!file other-${index}.d/a.yaml\nthe same\n`).join("");
    const text = many.map((name) => `#!file b.d/${name}.yaml\n${name}\n`).join("") + other;
    write(`${drafts}/datadog`, `${other}#!end\n`);
    expect(publish("datadog")).toBe(0);
    const started = (draftText: string): number => {
      write(`${drafts}/datadog`, `${draftText}#!end\n`);
      const log = path.join(root, "started");
      fs.writeFileSync(log, "");
      expect(spawnSync("/bin/sh", [script, "datadog"], { env: { PATH: countedPrograms(log) } }).status).toBe(0);
      return fs.readFileSync(log, "utf8").split("\n").length - 1;
    };
    const one = started(text.slice(0, text.indexOf("#!file", 1)) + other);
    expect(one).toBeGreaterThan(5);
    expect(one).toBeLessThan(12);
    expect(started(text)).toBeLessThanOrEqual(one);
    expect(files()).toHaveLength(256 + 20);
  });
});

test("a publication that is cut off leaves nothing that a later one does not take away", () => {
  const hidden = (): string[] => [drafts, generated]
      .flatMap((place) => fs.readdirSync(root + place, { encoding: "utf8", recursive: true }))
      .filter((name) => path.basename(name).startsWith("."));
  for (const place of [`${drafts}/.work.datadog.1/draft`, `${generated}/datadog/a.d/.new.datadog.1/a.yaml`]) write(place, "left");
  program("mv", "exit 1");
  write(`${drafts}/datadog`, draft);
  for (let time = 0; time < 5; time++) expect(publish("datadog")).not.toBe(0);
  // The health check.
  expect(publish()).not.toBe(0);
  expect(hidden()).toEqual([]);
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

describe("docker-gen's output with all drafts", () => {
  const id = "a".repeat(64);
  const all = (parts: Readonly<Record<string, string>>): string =>
    [...Object.entries(parts).flatMap(([name, text]) => [`#!draft ${name}\n`, text]), "#!draft\n"].join("");
  const parts = { seen: `${id} web\n`, datadog: draft, nginx: "#!end\n", apache: "#!end\n" };
  const read = (name: string): string => fs.readFileSync(`${root}${drafts}/${name}`, "utf8");

  test("is taken apart, and what has changed is published", () => {
    write(`${drafts}/all`, all(parts));
    expect(publish("all")).toBe(0);
    expect(Object.keys(parts).map((name) => [name, read(name)])).toEqual(Object.entries(parts));
    expect(published()).toContain("datadog/b.d/b.yaml");
    const before = ["datadog.published", "nginx.published", "nginx", "datadog"].map((name) => fs.statSync(`${root}${drafts}/${name}`).ino);
    write(`${drafts}/all`, all({ ...parts, seen: "", apache: `#!file web/apache.conf HUP ${id}\na page\n#!end\n` }));
    expect(publish("all")).toBe(0);
    expect(read("seen")).toBe("");
    expect(published()).toContain("apache/web/apache.conf");
    expect(["datadog.published", "nginx.published", "nginx", "datadog"].map((name) => fs.statSync(`${root}${drafts}/${name}`).ino)).toEqual(before);
    expect(fs.readdirSync(`${root}${drafts}`).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("changes nothing while it is incomplete", () => {
    write(`${drafts}/all`, all(parts));
    expect(publish("all")).toBe(0);
    const whole = all({ ...parts, seen: "another\n", datadog: draft.replace("second", "third") });
    for (const end of [0, whole.indexOf("third"), whole.indexOf("#!draft nginx"), whole.length - "#!draft\n".length]) {
      write(`${drafts}/all`, whole.slice(0, end), 60);
      expect(publish("all")).not.toBe(0);
      expect(publish()).not.toBe(0);
      expect([read("seen"), read("datadog")]).toEqual([parts.seen, draft]);
    }
  });

  test("is published by the health check if docker-gen could not, but not while it is fresh", () => {
    write(`${drafts}/all`, all({ ...parts, seen: "f00d\n" }));
    expect(publish()).not.toBe(0);
    expect(published()).toEqual([]);
    write(`${drafts}/all`, all({ ...parts, seen: "f00d\n" }), 60);
    expect(publish()).toBe(0);
    expect(published()).toContain("datadog/b.d/b.yaml");
  });

  test("has its drafts published, whichever of them can't be", () => {
    program("mkdir", `case "$*" in *${generated}/datadog*) exit 1 ;; *) exec /bin/mkdir "$@" ;; esac`);
    write(`${drafts}/all`, all({ ...parts, nginx: `#!file web/nginx.conf HUP ${id} 24079\na page\n#!end\n` }));
    expect(publish("all")).not.toBe(0);
    expect(published()).toContain("nginx/web/nginx.conf");
    expect(published()).not.toContain("datadog");
    fs.rmSync(`${root}/engine/mkdir`);
    write(`${drafts}/datadog`, draft, 60);
    write(`${drafts}/all`, fs.readFileSync(`${root}${drafts}/all`, "utf8"), 60);
    expect(publish()).toBe(0);
    expect(published()).toContain("datadog/b.d/b.yaml");
  });
});

describe("a password file", () => {
  /** The first process of a container with docker-gen, whose control group looks like that from where the script runs. */
  const dockerGen = async (cgroup: string): ReturnType<typeof firstProcess> => {
    const found = await firstProcess("generator");
    write(`/proc/${String(found.process.pid)}/cgroup`, cgroup);
    write(`/proc/${String(found.process.pid)}/comm`, "docker-gen\n");
    return found;
  };

  beforeEach(() => {
    for (const name of ["datadog", "nginx", "apache"]) {
      write(`${drafts}/${name}`, "#!end\n", 60);
      publish(name);
    }
  });

  test("that changes makes this container's docker-gen render again, once, and nobody else's", async () => {
    const own = await dockerGen("0::/\n");
    const other = await dockerGen("0::/../other\n");
    const told = (times: number) =>
      waitFor(`docker-gen to be told ${times} times`, () => Promise.resolve(own.told() === times), { timeoutMs: 20_000, intervalMs: 20 });
    try {
      expect(publish()).toBe(0);
      await told(1);
      expect(publish()).toBe(0);
      write(`${passwords}/cart`, "one");
      expect(publish()).toBe(0);
      await told(2);
      fs.renameSync(`${root}${passwords}/cart`, `${root}${passwords}/old`);
      write(`${passwords}/cart`, "two");
      expect(publish()).toBe(0);
      await told(3);
      expect(publish()).toBe(0);
      expect([own.told(), other.told()]).toEqual([3, 0]);
    } finally {
      for (const { process } of [own, other]) process.kill("SIGKILL");
    }
  });

  test("that changes while docker-gen can't get a signal is noticed later", async () => {
    write(`${passwords}/cart`, "one");
    expect(publish()).toBe(0);
    const own = await dockerGen("0::/\n");
    try {
      expect(publish()).toBe(0);
      await waitFor("docker-gen to be told", () => Promise.resolve(own.told() === 1), { timeoutMs: 20_000, intervalMs: 20 });
    } finally {
      own.process.kill("SIGKILL");
    }
  });
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

test("a generator that has just started signals the readers of existing pages once", async () => {
  const { process, told } = await firstProcess("f00d", "apache2");
  const page = "#!file web/apache.conf HUP f00d\na page\n#!end\n";
  try {
    for (const name of ["datadog", "nginx"]) {
      write(`${drafts}/${name}`, "#!end\n", 60);
      publish(name);
    }
    write(`${generated}/apache/web/apache.conf`, "a page\n");
    fs.rmSync(`${root}${drafts}/apache.published`);
    write(`${drafts}/apache`, page, 60);
    expect(publish("apache")).toBe(0);
    expect(told()).toBe(0);
    expect(publish()).toBe(0);
    await waitFor("the server to be told", () => Promise.resolve(told() > 0), { timeoutMs: 20_000, intervalMs: 20 });
    expect(publish("apache")).toBe(0);
    expect(publish()).toBe(0);
    expect(told()).toBe(1);
  } finally {
    process.kill("SIGKILL");
  }
});

describe("a page with a port of its own", () => {
  const file = `${generated}/nginx/web/nginx.conf`;
  const page = "server {\n  listen 24079;\n}\n";
  const rendered = `#!file web/nginx.conf HUP f00d 24079\n${page}#!end\n`;
  const shown = (): string => fs.readFileSync(root + file, "utf8");

  let server: Awaited<ReturnType<typeof firstProcess>>;
  const processFile = (name: string, text: string): void => write(`/proc/${String(server.process.pid)}/${name}`, text);
  /** The port that somebody listens on in the server's network, as /proc has it (proc(5), net/tcp). */
  const listensOn = (port: number): void => {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const rows = `   0: 00000000:0050 00000000:0000 0A 0\n   1: 0100007F:${hex} 0100007F:1F90 01 0\n`;
    processFile("net/tcp", `  sl  local_address rem_address   st\n${rows}`);
    processFile("net/tcp6", `  sl  local_address\n   0: ${"0".repeat(32)}:${hex} ${"0".repeat(32)}:0000 0A 0\n`);
  };
  const told = (times: number) =>
    waitFor(`the server to be told ${times} times`, () => Promise.resolve(server.told() === times), { timeoutMs: 20_000, intervalMs: 20 });
  const render = (text: string): void => {
    write(`${drafts}/nginx`, text, 60);
    expect(publish("nginx")).toBe(0);
  };

  beforeEach(async () => {
    for (const name of ["datadog", "apache"]) {
      write(`${drafts}/${name}`, "#!end\n", 60);
      publish(name);
    }
    server = await firstProcess("f00d", "nginx");
    listensOn(80);
    render(rendered);
    await told(1);
  });
  afterEach(() => server.process.kill("SIGKILL"));

  test("stays if the server has opened the port, and gets no further signal", async () => {
    expect(shown()).toBe(page);
    listensOn(24079);
    expect(publish()).toBe(0);
    await told(2);
    for (let look = 0; look < 4; look++) expect(publish()).toBe(0);
    expect(shown()).toBe(page);
    expect(server.told()).toBe(2);
  });

  test.each(["nginx", "openresty", "angie"])("is removed if %s has not opened the port at the third check, until the container restarts", (program) => {
    processFile("stat", stat(server.process.pid, 100, program));
    for (let look = 0; look < 2; look++) {
      expect(publish()).toBe(0);
      expect(shown()).toBe(page);
    }
    expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page: nginx has not opened port 24079; its log says why\..*\n$/);
    render(rendered.replace("}", "  allow 172.17.0.3;\n}"));
    expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page/);
    // Another process is the first one of the same container.
    processFile("cgroup", "0::/\n");
    write("/proc/1999999999/stat", stat(1999999999, 200, "nginx"));
    render(rendered);
    expect(shown()).toBe(page);
  });

  test("is the server's alone if that runs behind another program, which no signal ends", async () => {
    // An init, which would end at the signal, is the container's first process.
    const init = spawn("sleep", ["60"]);
    try {
      write(`/proc/${String(init.pid)}/cgroup`, "0::/docker/f00d\n");
      write(`/proc/${String(init.pid)}/stat`, stat(init.pid, 50, "s6-svscan"));
      render(rendered.replace("}", "  allow 172.17.0.3;\n}"));
      await told(2);
      for (let look = 0; look < 3; look++) expect(publish()).toBe(0);
      expect(shown()).toMatch(/^# No status page: nginx has not opened port 24079/);
      expect(init.signalCode).toBeNull();
      expect(init.kill(0)).toBe(true);
    } finally {
      init.kill("SIGKILL");
    }
  });

  test("waits for a server that is not there yet", () => {
    processFile("stat", stat(server.process.pid, 100, "entrypoint.sh"));
    for (let look = 0; look < 5; look++) expect(publish()).toBe(0);
    expect(shown()).toBe(page);
  });

  test("is emptied when the container stops, so that it can't keep the successor from starting; the file stays", () => {
    render("#!end\n");
    expect(shown()).toBe("# No status page: the container does not run.\n");
    const { ino } = fs.statSync(root + file);
    render("#!file other/nginx.conf HUP cafe 24080\nanother\n#!end\n");
    expect(fs.statSync(root + file).ino).toBe(ino);
    render(rendered);
    expect(shown()).toBe(page);
  });

  test("of an earlier version is emptied when the container stops, too", () => {
    write(file, "server {\n  listen 80;\n}\n");
    render("#!end\n");
    expect(shown()).toBe("# No status page: the container does not run.\n");
  });

  test("is not created if the port is in use", () => {
    render("#!end\n");
    listensOn(24079);
    render(rendered);
    expect(shown()).toBe("# No status page: port 24079 is in use. Set another one with STATUS_PORT.\n");
  });

  test("comes back when its server has restarted, even if docker-gen renders nothing new", () => {
    for (let look = 0; look < 3; look++) expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page/);
    expect(publish()).toBe(0);
    expect(publish()).toBe(0);
    expect(shown()).toMatch(/^# No status page/);
    // Another process is the first one of the same container.
    processFile("cgroup", "0::/\n");
    expect(publish()).toBe(0);
    expect(publish()).toBe(0);
    expect(shown()).toBe(page);
  });

  test("of a server that mounts a removed folder comes back when the container restarts, whatever its port", () => {
    const host = "/home/core/datadog/generated";
    write("/proc/self/mountinfo", `30 20 8:1 ${host} ${root}${generated} rw - ext4 /dev/sda1 rw\n`);
    processFile("mountinfo", `31 20 8:1 ${host}/nginx/web//deleted /etc/nginx/pages ro - ext4 /dev/sda1 rw\n`);
    render("#!end\n");
    listensOn(24079);
    render(rendered);
    expect(shown()).toBe("# No status page: the container mounts a folder that was removed. Restart the container.\n");
    processFile("cgroup", "0::/\n");
    render(rendered.replace("}", "  allow 172.17.0.3;\n}"));
    expect(shown()).toContain("allow 172.17.0.3");
  });

  test("is not created if the port is in use, even if another folder that the container mounts was removed", () => {
    write("/proc/self/mountinfo", `30 20 8:1 /home/core/datadog/generated ${root}${generated} rw - ext4 /dev/sda1 rw\n`);
    processFile("mountinfo", "31 20 8:1 /home/core/datadog/generated-by-shop//deleted /data rw - ext4 /dev/sda1 rw\n");
    render("#!end\n");
    listensOn(24079);
    render(rendered);
    expect(shown()).toMatch(/ port 24079 is in use/);
  });

  test("leaves nothing of containers that are gone behind", () => {
    listensOn(24079);
    expect(publish()).toBe(0);
    expect(fs.readFileSync(`${root}${drafts}/loaded`, "utf8")).toBe("f00d\n");
    render("#!end\n");
    expect(publish()).toBe(0);
    expect(fs.readFileSync(`${root}${drafts}/loaded`, "utf8")).toBe("");
    expect(fs.readdirSync(`${root}${generated}`).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
