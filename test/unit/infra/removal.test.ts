import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { withManifest } from "../../../infra/host/files";
import { oldDeleteScriptCheck, removalScript } from "../../../infra/host/removal";
import { manifestFile } from "../../../infra/names";
import { type HostScript, scriptText } from "../../../infra/shell";

let folder = "";
const root = (): string => `${folder}/datadog`;
const host = () => ({ name: "web-1", address: "192.0.2.10", root: root() });
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "removal-"));
  fs.mkdirSync(`${folder}/bin`);
  program("docker", "exit 0");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Puts a program on the PATH, before the machine's own. */
const program = (name: string, text: string): void =>
  fs.writeFileSync(`${folder}/bin/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });

/** Lets the engine report that a container of this program mounts these folders. */
const mounted = (...folders: readonly string[]): void =>
  program("docker", `case "$*" in *label=datadog-hosts.role*) echo '/proc,${folders.join(",")},/etc/other' ;; esac`);

const run = (script: HostScript) => {
  const env = { PATH: `${folder}/bin:${process.env["PATH"] ?? ""}` };
  const { status, stdout, stderr } = spawnSync("sh", ["-s"], { input: scriptText(script), encoding: "utf8", env });
  return { status, said: stdout + stderr };
};
const lay = (...names: readonly string[]): void => {
  for (const name of names) {
    fs.mkdirSync(`${root()}/${name}`, { recursive: true });
    fs.writeFileSync(`${root()}/${name}/file`, "");
  }
};
const there = (name: string): boolean => fs.existsSync(`${root()}/${name}`);

test("folders are removed with their contents, then the empty ones above them; the user's own files stay", () => {
  lay("secrets/one", "generated/datadog", "own");
  fs.mkdirSync(`${root()}/config/passwords`, { recursive: true });
  const of = (...names: readonly string[]): string[] => names.map((name) => `${root()}/${name}`);
  const removal = { folders: of("secrets/one", "generated", "gone"), ifEmpty: of("own", "config/passwords") };
  expect(run(removalScript(host(), removal))).toEqual({ status: 0, said: "" });
  expect(fs.readdirSync(root())).toEqual(["own"]);
  fs.rmSync(`${root()}/own/file`);
  expect(run(removalScript(host(), removal))).toEqual({ status: 0, said: "" });
  expect(fs.existsSync(root())).toBe(false);
});

test("folders that a container mounts stay, with their parents; their siblings are removed", () => {
  lay("generated/datadog", "config/old", "config/new", "config/with,comma", "empty");
  fs.rmSync(`${root()}/empty/file`);
  mounted(
    `${root()}/generated/datadog/redisdb.d`,
    `${root()}/config/new`,
    `${root()}/config/with,comma`,
    `${root()}/empty`,
  );
  const names = ["generated", "config/old", "config/new", "config/with,comma"];
  const folders = names.map((name) => `${root()}/${name}`);
  expect(run(removalScript(host(), { folders, ifEmpty: [`${root()}/empty`] }))).toEqual({ status: 0, said: "" });
  expect([...names, "empty"].map(there)).toEqual([true, false, true, true, true]);
});

test("a folder that can't be removed is an error that says what to do", () => {
  // The kernel's own files can be removed by nobody.
  const { status, said } = run(removalScript(host(), { folders: ["/proc/self/fdinfo"] }));
  expect(status).not.toBe(0);
  expect(said).toMatch(
    /^Host web-1 \(192\.0\.2\.10\): \/proc\/self\/fdinfo can't be removed \(.*\)\. Remove it on the host as root \(chattr/,
  );
});

test("if the engine does not answer, nothing is removed", () => {
  lay("secrets");
  program("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  const { status, said } = run(removalScript(host(), { folders: [`${root()}/secrets`] }));
  expect(status).not.toBe(0);
  expect(said).toMatch(/^Host web-1 .*engine does not answer, and nothing was removed \(Cannot connect/);
  expect(there("secrets/file")).toBe(true);
});

test("new files do not replace files of an earlier version that containers use", () => {
  const secrets = `${root()}/secrets/dd-agent`;
  const before = (): ReturnType<typeof run> => run(oldDeleteScriptCheck(host(), [`${root()}/config`, secrets]));
  expect(before()).toEqual({ status: 0, said: "" });
  lay("secrets/dd-agent/0123");
  // Nobody uses them.
  expect(before()).toEqual({ status: 0, said: "" });
  mounted(`${secrets}/0123`);
  expect(before()).toMatchObject({
    status: 1,
    said: expect.stringMatching(/^Host web-1 .*an earlier version .*Run up once without --replace/) as string,
  });
  // As `up` leaves it.
  expect(
    run({ files: ["files"], calls: [["lay_down", `${secrets}/0123`, ...withManifest({ api_key: "key\n" })]] }),
  ).toEqual({ status: 0, said: "" });
  expect(fs.existsSync(`${secrets}/0123/${manifestFile}`)).toBe(true);
  expect(before()).toEqual({ status: 0, said: "" });
});
