import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { withManifest } from "../../../infra/host/files";
import { scriptText } from "../../../infra/shell";
import type { ExpectedHost } from "../../../tools/look/expected";
import { readFacts } from "../../../tools/look/facts";
import { type Finding, findingsOf } from "../../../tools/look/findings";
import { lookScript, publishedLines } from "../../../tools/look/script";

let folder = "";
let root = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "look-"));
  root = join(folder, "datadog");
  mkdirSync(join(folder, "bin"));
  for (const path of [
    "generated/datadog/redisdb.d",
    "generated/nginx",
    "config/dd-agent/conf.d",
    "templates/datadog-gen",
  ]) {
    mkdirSync(join(root, path), { recursive: true });
  }
  writeFileSync(join(root, "generated/datadog/redisdb.d/redisdb.yaml"), "logs: []\n");
  layDown("config/datadog-gen/0123", { "docker-gen.cfg": "one\ntwo\n", "publish.sh": "three\n" });
  layDown("secrets/dd-agent/89ab", { api_key: "key\n", DD_PROXY_HTTPS: "no line end" });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lays a folder below the root down as a deploy does. */
function layDown(place: string, files: Readonly<Record<string, string>>): void {
  run(scriptText({ files: ["files"], calls: [["lay_down", join(root, place), ...withManifest(files)]] }));
}

/** Runs a script as a host does, with `docker` doing what the tests say. */
function run(script: string): string {
  const env = { PATH: `${folder}/bin:${process.env["PATH"] ?? ""}` };
  const { status, stdout, stderr } = spawnSync("sh", ["-s"], { input: script, encoding: "utf8", env });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

const agentId = "a".repeat(64);
const generatorId = "b".repeat(64);
const otherId = "c".repeat(64);

/** A host with an agent and a generator, as the state knows it. */
const host = (): ExpectedHost => ({
  name: "web-1",
  stack: "shop-staging",
  address: "192.0.2.10",
  ssh: "ssh core@192.0.2.10",
  root,
  scripts: ["files", "api-key"],
  configs: [`${root}/generated/datadog/redisdb.d/redisdb.yaml`],
  listing: true,
  images: [{ urn: "urn:image", name: "agent:7" }],
  containers: [
    {
      urn: "urn:agent",
      id: agentId,
      name: "dd-agent",
      image: "agent:7",
      generates: false,
      restart: "unless-stopped",
      memoryMiB: 512,
      networks: [
        { name: "bridge", aliases: [] },
        { name: "backend", aliases: ["dd-agent"] },
      ],
      mounts: [
        { source: "/proc", target: "/host/proc" },
        { source: `${root}/secrets/dd-agent/89ab`, target: "/run/secrets/datadog" },
        { source: `${root}/config/dd-agent/conf.d`, target: "/conf.d" },
        { source: `${root}/generated/datadog/redisdb.d`, target: "/etc/redisdb.d" },
      ],
    },
    {
      urn: "urn:generator",
      id: generatorId,
      name: "datadog-gen",
      image: "docker-gen",
      generates: true,
      restart: "unless-stopped",
      memoryMiB: 256,
      networks: [],
      mounts: [
        { source: `${root}/config/datadog-gen/0123`, target: "/etc/config" },
        { source: `${root}/generated`, target: "/generated" },
      ],
    },
  ],
});

/** A container as the fake engine has it. */
interface Container {
  readonly id: string;
  readonly name: string;
  readonly status?: string;
  readonly stack?: string;
  readonly restart?: string;
  /** In bytes. */
  readonly memory?: number;
  readonly networks?: Readonly<Record<string, { NetworkID: string; Aliases?: readonly string[] }>>;
  /** Source and target of a mount, and what it holds there in place of what is there now. */
  readonly mount?: readonly [source: string, target: string, inside?: string];
}

const agent = (): Container => ({
  id: agentId,
  name: "dd-agent",
  stack: "shop-staging",
  networks: { bridge: { NetworkID: "1" }, backend: { NetworkID: "2", Aliases: ["dd-agent"] } },
  mount: [`${root}/generated/datadog/redisdb.d`, "/etc/redisdb.d"],
});
const generator = (): Container => ({
  id: generatorId,
  name: "datadog-gen",
  stack: "shop-staging",
  mount: [`${root}/generated`, "/generated"],
});

/** Puts a docker command on the PATH that knows some containers and networks. */
function engine(
  containers: readonly Container[],
  networks: Readonly<Record<string, string>> = { bridge: "1", backend: "2" },
  /** An image that is not there. */
  missing = "",
): void {
  const inspected = containers.flatMap(({ mount, networks = {}, ...said }) => [
    `container\t${JSON.stringify({ image: "redis:7", status: "running", exitCode: 0, stack: null, restart: "unless-stopped", memory: 0, ...said, name: `/${said.name}`, networks })}`,
    ...(mount
      ? [`mount\t${String((said.status ?? "running") === "running")}\t${said.id}\t${mount[0]}\t${mount[1]}`]
      : []),
  ]);
  const seen = containers.flatMap(({ id, mount }) =>
    mount === undefined ? [] : [`*${id}*) echo "${mount[2] ?? inode(mount[0])} ${mount[1]}" ;;`],
  );
  writeFileSync(join(folder, "inspected"), `${inspected.join("\n")}\n`);
  docker([
    `"network ls"*) printf '${Object.entries(networks)
      .map(([name, id]) => `network\\t${id}\\t${name}\\n`)
      .join("")}' ;;`,
    `"ps "*) echo ${containers.map(({ id }) => id).join(" ")} ;;`,
    `"image inspect "*) ${missing === "" ? "echo x" : `echo "Error: No such image: ${missing}" >&2; exit 1`} ;;`,
    `"inspect "*) cat ${folder}/inspected ;;`,
    `"exec "*) case "$*" in`,
    ...seen,
    "esac ;;",
    `*) echo "unexpected: docker $*" >&2; exit 1 ;;`,
  ]);
}

function docker(cases: readonly string[]): void {
  const text = `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\nesac\n`;
  writeFileSync(join(folder, "bin", "docker"), text, { mode: 0o755 });
}

function inode(path: string): string {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return "1:1";
  }
}

function look(): Finding[] {
  const expected = host();
  return findingsOf(expected, readFacts(run(lookScript(expected))));
}

const texts = (): string[] => look().map(({ text }) => text.replaceAll(root, "ROOT"));

test("of a host that is as it should be, nothing is said", () => {
  engine([agent(), generator(), { id: otherId, name: "web", mount: [`${root}/generated/nginx`, "/etc/nginx/conf.d"] }]);
  expect(look()).toEqual([]);
});

test.each([
  ["removed", [], "the container dd-agent is gone", { refresh: ["urn:agent"] }],
  ["stopped", [{ status: "exited" }], "does not run (exited, status 0)", { after: [`docker start ${agentId}`] }],
  ["paused", [{ status: "paused" }], "is paused", { after: [`docker unpause ${agentId}`] }],
  ["renamed", [{ name: "old" }], "is called old", { after: [`docker rename ${agentId} dd-agent`] }],
] as const)("a container that was %s is told and mended", (_, changes, text, mend) => {
  engine([generator(), ...changes.map((change) => ({ ...agent(), ...change }))]);
  expect(look()).toMatchObject([{ text: expect.stringContaining(text) as string, mend }]);
});

test("an old container that runs since its takeover failed stays, for the next takeover", () => {
  const old = { ...agent(), id: otherId, stack: "" };
  engine([{ ...agent(), name: "dd-agent.failed-takeover", status: "exited" }, old, generator()]);
  expect(look()).toMatchObject([{ text: "the takeover failed, and the old container dd-agent runs", mend: {} }]);
});

test("a container that ends again and again is left to a person", () => {
  engine([{ ...agent(), status: "restarting" }, generator()]);
  expect(look()).toMatchObject([{ text: "the container dd-agent ends again and again (status 0)", mend: {} }]);
});

test("somebody's container under the name of ours is stopped and set aside, another stack's is not touched", () => {
  engine([{ id: otherId, name: "dd-agent" }, generator()]);
  expect(look()[0]?.mend.after).toEqual([
    `docker rename ${otherId} dd-agent.set-aside-cccccccccccc`,
    `docker stop ${otherId}`,
  ]);
  engine([{ id: otherId, name: "dd-agent", stack: "shop-production" }, generator()]);
  expect(look()[0]).toMatchObject({ mend: {}, byHand: expect.stringContaining("Remove one of the two") as string });
});

test("what a run that was cut off has left of this very stack is not in the way", () => {
  engine([{ id: otherId, name: "dd-agent", stack: "shop-staging" }, generator()]);
  expect(texts()).toEqual(["the container dd-agent is gone"]);
});

test.each([
  ["detached", "", { bridge: { NetworkID: "1" } }],
  ["made anew", "", { bridge: { NetworkID: "1" }, backend: { NetworkID: "9", Aliases: ["dd-agent"] } }],
  ["attached by hand", " by the name dd-agent", { bridge: { NetworkID: "1" }, backend: { NetworkID: "2" } }],
])("a network that was %s is attached again, with its alias", (_, how, networks) => {
  engine([{ ...agent(), networks }, generator()]);
  expect(look()).toMatchObject([
    {
      text: `the container dd-agent is not on the network backend${how}`,
      mend: {
        after: [
          `docker network disconnect --force 'backend' ${agentId} 2>/dev/null || true`,
          `docker network connect --alias 'dd-agent' 'backend' ${agentId}`,
        ],
      },
    },
  ]);
});

test("a network that is not the container's own is detached", () => {
  engine([{ ...agent(), networks: { ...agent().networks, other: { NetworkID: "3" } } }, generator()]);
  expect(look()).toMatchObject([
    {
      text: "the container dd-agent is on the network other, which is not its own",
      mend: { after: [`docker network disconnect --force 'other' ${agentId}`] },
    },
  ]);
});

test.each([
  [{ restart: "no" }, "restart policy (no)", "--restart 'unless-stopped'"],
  [{ memory: 6291456 }, "memory limit", "--memory 536870912 --memory-swap 536870912"],
])("what was changed in place is put right: %j", (changes, what, flags) => {
  engine([{ ...agent(), ...changes }, generator()]);
  expect(look()).toMatchObject([
    {
      text: `the container dd-agent was given another ${what}`,
      mend: { after: [`docker update ${flags} ${agentId}`] },
    },
  ]);
});

test("an image that is not on the host any more is fetched again", () => {
  engine([agent(), generator()], undefined, "agent:7");
  expect(look()).toMatchObject([{ text: "the image agent:7 is gone from the host", mend: { refresh: ["urn:image"] } }]);
});

test("a missing network is only reported", () => {
  engine([{ ...agent(), networks: { bridge: { NetworkID: "1" } } }, generator()], { bridge: "1" });
  expect(look()).toMatchObject([
    { text: "the Docker network backend is gone", byHand: expect.stringContaining("docker network create") as string },
  ]);
});

test.each([
  ["generated", ["ROOT/generated is gone"]],
  ["config/datadog-gen", ["ROOT/config/datadog-gen is gone"]],
  ["config/datadog-gen/0123/publish.sh", ["ROOT/config/datadog-gen/0123/publish.sh is gone"]],
  ["config/dd-agent/conf.d", ["ROOT/config/dd-agent/conf.d is gone"]],
  ["secrets", ["ROOT/secrets/dd-agent is gone"]],
  ["config/datadog-gen/0123/manifest", ["ROOT/config/datadog-gen/0123/manifest is gone"]],
  ["secrets/dd-agent/89ab/api_key", ["ROOT/secrets/dd-agent/89ab/api_key is gone"]],
])("%s that was removed is told", (path, expected) => {
  rmSync(join(root, path), { recursive: true });
  engine([
    { ...agent(), mount: undefined as never },
    { ...generator(), mount: undefined as never },
  ]);
  expect(texts()).toEqual(expected);
});

test("an edited file is told, and what may be read by others", () => {
  engine([agent(), generator()]);
  const cfg = join(root, "config/datadog-gen/0123/docker-gen.cfg");
  chmodSync(cfg, 0o600);
  writeFileSync(cfg, "edited");
  chmodSync(join(root, "secrets/dd-agent/89ab/api_key"), 0o444);
  const secret = join(root, "secrets/dd-agent/89ab/DD_PROXY_HTTPS");
  chmodSync(secret, 0o600);
  writeFileSync(secret, "");
  const [emptied, edited, rights] = look();
  expect(emptied).toMatchObject({
    text: `${secret} was edited`,
    mend: { scripts: ["api-key"], after: [`docker restart ${agentId}`] },
  });
  expect(edited).toMatchObject({ text: `${cfg} was edited`, mend: { scripts: ["files"] } });
  expect(edited?.mend.after).toEqual([`docker restart ${generatorId}`]);
  expect(rights).toMatchObject({ text: expect.stringContaining("api_key does not belong") as string });
  expect(rights?.mend.scripts).toEqual(["api-key"]);
});

test("a container of ours that holds a removed folder is restarted, an application's is named", () => {
  const holds = "1:2";
  engine([
    { ...agent(), mount: [`${root}/generated/datadog/redisdb.d`, "/etc/redisdb.d", holds] },
    generator(),
    { id: otherId, name: "web", mount: [`${root}/generated/nginx`, "/etc/nginx/conf.d", holds] },
  ]);
  expect(look()).toMatchObject([
    {
      text: expect.stringContaining("dd-agent holds a removed") as string,
      mend: { after: [`docker restart ${agentId}`] },
    },
    { ofApplication: true, byHand: "Restart it on the host: docker restart web", mend: {} },
  ]);
});

test("of what is published, a file that was edited and one that is gone are told, once nothing waits to be published", () => {
  const drafts = join(folder, "drafts");
  mkdirSync(drafts);
  const draft = "#!file a.d/a.yaml HUP x\none\ntwo\n#!file a.d/b.yaml\nthree\n#!file a.d/empty.yaml\n#!end\n";
  for (const name of ["datadog", "datadog.published"]) writeFileSync(join(drafts, name), draft);
  const target = join(root, "generated/datadog/a.d");
  mkdirSync(target);
  const published = (): string => run(publishedLines({ drafts, generated: join(root, "generated") }));
  writeFileSync(join(target, "a.yaml"), "one\ntwo\n");
  writeFileSync(join(target, "b.yaml"), "three\n");
  writeFileSync(join(target, "empty.yaml"), "");
  expect(published()).toBe("");
  writeFileSync(join(target, "a.yaml"), "one\n2\n");
  rmSync(join(target, "b.yaml"));
  expect(published()).toBe("edited datadog/a.d/a.yaml\ngone datadog/a.d/b.yaml\n");
  writeFileSync(join(drafts, "datadog"), "#!end\n");
  expect(published()).toBe("");
});

test("an engine that does not answer is reported with its own message", () => {
  docker(["*) echo 'Cannot connect to the engine' >&2; exit 1 ;;"]);
  expect(texts()).toEqual(["the Docker engine does not answer (Cannot connect to the engine)"]);
});

test("an interrupted look is an error", () => {
  expect(() => readFacts("engine\ncontainer\t{")).toThrow("cut off");
});
