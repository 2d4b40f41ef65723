import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { withManifest } from "../../../infra/host/files";
import { manifestOf } from "../../../infra/names";
import { scriptText } from "../../../infra/shell";
import type { ExpectedHost } from "../../../tools/look/expected";
import { readFacts } from "../../../tools/look/facts";
import type { Finding } from "../../../tools/look/finding";
import { findingsOf } from "../../../tools/look/findings";
import { imageFor } from "../../../tools/look/image-findings";
import { lookScript, publishedScript } from "../../../tools/look/script";

const configs = { "docker-gen.cfg": "one\ntwo\n", "publish.sh": "three\n" };

let folder = "";
let root = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "look-"));
  root = join(folder, "datadog");
  mkdirSync(join(folder, "bin"));
  for (const path of [
    "generated/datadog/redisdb.d",
    "generated/nginx",
    "generated/sockets",
    "config/dd-agent/conf.d",
    "config/secrets",
    "templates/datadog-gen",
  ]) {
    mkdirSync(join(root, path), { recursive: true });
  }
  for (const path of ["generated/datadog", "generated/datadog/redisdb.d", "config/dd-agent/conf.d", "config/secrets"]) {
    chmodSync(join(root, path), 0o700);
  }
  writeFileSync(join(root, "generated/datadog/redisdb.d/redisdb.yaml"), "logs: []\n");
  layDown("config/datadog-gen/0123", configs);
  layDown("secrets/dd-agent/89ab", { api_key: "key\n", DD_PROXY_HTTPS: "no line end" });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lays a folder below the root down as a deploy does. */
function layDown(place: string, files: Readonly<Record<string, string>>): void {
  run(scriptText({ files: ["files"], calls: [["lay_down", join(root, place), ...withManifest(files)]] }));
}

/** Runs a script as a host does, with `docker` doing what the tests say. */
function run(script: string, [program, ...args]: readonly [string, ...string[]] = ["sh", "-s"]): string {
  const env = { PATH: `${folder}/bin:${process.env["PATH"] ?? ""}` };
  const { status, stdout, stderr } = spawnSync(program, args, {
    input: script,
    encoding: "utf8",
    env,
    timeout: 15_000,
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

const agentId = "a".repeat(64);
const generatorId = "b".repeat(64);
const otherId = "c".repeat(64);
const replacedId = "d".repeat(64);

/** A host with an agent and a generator, as the state knows it. */
const host = (): ExpectedHost => ({
  name: "web-1",
  stack: "shop-staging",
  address: "192.0.2.10",
  ssh: "ssh core@192.0.2.10",
  root,
  scripts: ["files", "api-key"],
  configs: [`${root}/generated/datadog/redisdb.d/redisdb.yaml`],
  manifests: new Map([[`${root}/config/datadog-gen/0123`, manifestOf(configs)]]),
  images: [{ urn: "urn:image", name: "agent:7" }],
  lacking: [],
  containers: [
    {
      urn: "urn:agent",
      id: agentId,
      replaces: [replacedId],
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
        { source: `${root}/generated/sockets`, target: "/var/run/datadog" },
      ],
    },
    {
      urn: "urn:generator",
      id: generatorId,
      replaces: [],
      name: "datadog-gen",
      image: "docker-gen",
      generates: true,
      restart: "unless-stopped",
      memoryMiB: 256,
      networks: [{ name: "none", aliases: [] }],
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
  /** As the engine names them. */
  readonly limits?: Readonly<Record<string, string | number | null>>;
  readonly health?: string;
  readonly imageId?: string;
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
  imageId: "sha256:gen",
  networks: { none: { NetworkID: "0" } },
  mount: [`${root}/generated`, "/generated"],
});

/** What is said of a container that has nothing special. */
const plain = {
  ...{
    hostname: "web-1",
    image: "redis:7",
    imageId: "sha256:agent",
    status: "running",
    exitCode: 0,
    stack: null,
    health: "",
  },
  ...{ restart: "unless-stopped", memory: 0 },
  // As an engine has them where nothing is limited, and by its own defaults.
  limits: { NanoCpus: 0, CpuQuota: -1, CpuShares: 1024, CpusetCpus: "", PidsLimit: null, MemorySwap: 0 },
};

/** Puts a docker command on the PATH that knows some containers and networks. */
function engine(
  containers: readonly Container[],
  networks: Readonly<Record<string, string>> = { bridge: "1", backend: "2", none: "0" },
  /** Ids of the images, by their names; an empty one is that of an image that is not there. */
  images: Readonly<Record<string, string>> = {},
): void {
  const inspected = containers.flatMap(({ mount, networks = {}, ...said }) => [
    `container\t${JSON.stringify({ ...plain, ...said, name: `/${said.name}`, networks })}`,
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
    `"image inspect --format {{.Id}} "*) shift 4; for name; do case $name in`,
    ...Object.entries({ "agent:7": "sha256:agent", "docker-gen": "sha256:gen", ...images }).map(
      ([name, id]) => `${name}) ${id === "" ? `echo "Error: No such image: ${name}" >&2; exit 1` : `echo ${id}`} ;;`,
    ),
    "esac; done ;;",
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

/** The image that a look finds on the host. */
function readImage(): string | undefined {
  const expected = host();
  return imageFor(expected, readFacts(run(lookScript(expected))));
}

const texts = (): string[] => look().map(({ text }) => text.replaceAll(root, "ROOT"));

test("a host that matches the state has no findings", () => {
  engine([agent(), generator(), { id: otherId, name: "web", mount: [`${root}/generated/nginx`, "/etc/nginx/conf.d"] }]);
  expect(look()).toEqual([]);
});

test.each([
  ["removed", [], "the container dd-agent is gone", { refresh: ["urn:agent"] }],
  ["stopped", [{ status: "exited" }], "does not run (exited, exit code 0)", { after: [`docker start ${agentId}`] }],
  ["paused", [{ status: "paused" }], "is paused", { after: [`docker unpause ${agentId}`] }],
  [
    "paused until it was unhealthy",
    [{ status: "paused", health: "unhealthy" }],
    "is paused",
    { after: [`docker unpause ${agentId}`, `docker restart ${agentId}`] },
  ],
  ["renamed", [{ name: "old" }], "is named old", { after: [`docker rename ${agentId} dd-agent`] }],
] as const)("a container that was %s is reported and repaired", (_, changes, text, repair) => {
  engine([generator(), ...changes.map((change) => ({ ...agent(), ...change }))]);
  expect(look()).toMatchObject([{ text: expect.stringContaining(text) as string, repair }]);
});

/** Lets the engine answer some commands in another way. */
function answering(command: string, answer: string): void {
  const program = join(folder, "bin", "docker");
  const before = readFileSync(program, "utf8");
  const after = before.replace(new RegExp(`^"${command} ?"\\*\\).*$`, "m"), `"${command}"*) ${answer} ;;`);
  expect(after).not.toBe(before);
  writeFileSync(program, after);
}

test.each([
  ["late", "exit 124", "no answer within 8 s"],
  ["lost in the middle", "head -n 1 FILE; echo 'error during connect: EOF' >&2; exit 1", "error during connect: EOF"],
])("an answer of the engine that is %s says of no container that it is gone", (_, answer, why) => {
  engine([agent(), generator()]);
  answering("inspect", answer.replace("FILE", `${folder}/inspected`));
  expect(look()).toMatchObject([{ text: `the Docker engine does not answer (${why})`, repair: {} }]);
});

test("a late list of networks says of none that it is gone", () => {
  engine([agent(), generator()]);
  answering("network ls", "exit 124");
  expect(look()).toMatchObject([{ text: "the Docker engine does not answer (no answer within 8 s)", repair: {} }]);
});

test("a container that is removed after it was listed is no finding, and hides no other", () => {
  engine([agent(), generator(), { id: otherId, name: "job" }]);
  answering(
    "inspect",
    `grep -v ${otherId} ${folder}/inspected; echo 'Error: No such container: ${otherId}' >&2; exit 1`,
  );
  expect(look()).toEqual([]);
});

test("a container that the last up has not made is reported, whether it is there or not, and left to up", () => {
  engine([{ id: otherId, name: "datadog-gen", stack: "shop-staging" }]);
  const expected = { ...host(), containers: [], images: [], lacking: ["dd-agent", "datadog-gen"] };
  expect(findingsOf(expected, readFacts(run(lookScript(expected))))).toMatchObject([
    { text: "the container dd-agent was not created, since the last up failed", madeByUp: true },
    { text: "the container datadog-gen is not in the stack's state, since the last up was cut off", madeByUp: true },
  ]);
});

test("an old container that runs since its takeover failed stays, for the next takeover", () => {
  const old = { ...agent(), id: otherId, stack: "" };
  engine([{ ...agent(), name: "dd-agent.failed-takeover", status: "exited" }, old, generator()]);
  expect(look()).toMatchObject([{ text: "the takeover failed, and the old container dd-agent runs", repair: {} }]);
});

test("a container that keeps restarting is reported, not repaired", () => {
  engine([{ ...agent(), status: "restarting" }, generator()]);
  expect(look()).toMatchObject([{ text: "the container dd-agent keeps restarting (exit code 0)", repair: {} }]);
});

test("somebody else's container with the name of ours is stopped and renamed; another stack's is not touched", () => {
  engine([{ id: otherId, name: "dd-agent" }, generator()]);
  expect(look()[0]?.repair.after).toEqual([
    `docker rename ${otherId} dd-agent.set-aside-cccccccccccc`,
    `docker stop ${otherId}`,
  ]);
  engine([{ id: otherId, name: "dd-agent", stack: "shop-production" }, generator()]);
  expect(look()[0]).toMatchObject({ repair: {}, byHand: expect.stringContaining("Remove one of the two") as string });
});

test("containers that have each other's names get their own back, one after the other", () => {
  const names = { [agentId]: "datadog-gen", [generatorId]: "dd-agent" };
  engine([
    { ...agent(), name: "datadog-gen" },
    { ...generator(), name: "dd-agent" },
  ]);
  const findings = look();
  expect(findings.map(({ text }) => text)).toEqual([
    "the container dd-agent is named datadog-gen",
    "the container datadog-gen is named dd-agent",
  ]);
  for (const line of findings.flatMap(({ repair }) => repair.after ?? [])) {
    for (const [, from = "", to = ""] of line.matchAll(/docker rename (\S+) (\S+)/g)) {
      const id = Object.keys(names).find((one) => one === from || names[one] === from);
      if (id === undefined) continue;
      expect(Object.values(names)).not.toContain(to);
      names[id] = to;
    }
  }
  expect(names).toEqual({ [agentId]: "dd-agent", [generatorId]: "datadog-gen" });
  engine([{ ...generator(), name: "dd-agent" }]);
  expect(texts()).toEqual(["the container dd-agent is gone", "the container datadog-gen is named dd-agent"]);
});

test("what an interrupted run of this stack has left does not block the next one", () => {
  engine([{ id: otherId, name: "dd-agent", stack: "shop-staging" }, generator()]);
  expect(look()).toMatchObject([
    {
      text: "another container dd-agent of this stack is there, from an interrupted up or a program that updates containers",
      repair: { refresh: ["urn:agent"] },
    },
  ]);
});

test("a replacement that an interrupted run has not finished is undone: the state has the old container", () => {
  const aside = { ...agent(), name: "dd-agent.before-replacement.running.always.1-2", status: "exited", restart: "no" };
  engine([aside, { id: otherId, name: "dd-agent", stack: "shop-staging" }, generator()]);
  expect(look()).toMatchObject([
    {
      text: "the container dd-agent was replaced by an interrupted up, and the state has the old one",
      repair: {
        after: [
          `docker rm --force ${otherId} && docker rename ${agentId} dd-agent && docker update --restart 'unless-stopped' ${agentId} && docker start ${agentId}`,
        ],
      },
    },
  ]);
});

test("an old container that runs again after an interrupted run returns to the state", () => {
  engine([{ id: replacedId, name: "dd-agent", stack: "shop-staging" }, generator()]);
  expect(look()).toMatchObject([
    {
      text: "the old container dd-agent runs again after an interrupted up",
      repair: { takeBack: { urn: "urn:agent", id: replacedId } },
    },
  ]);
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
      repair: {
        after: [
          `docker network disconnect --force 'backend' ${agentId} 2>/dev/null || true`,
          `docker network connect --alias 'dd-agent' 'backend' ${agentId}`,
        ],
      },
    },
  ]);
});

test("a name on a network that is not its own is taken away, but not those that Docker itself gives", () => {
  const named = (...more: string[]): Container => ({
    ...agent(),
    networks: {
      bridge: { NetworkID: "1" },
      backend: { NetworkID: "2", Aliases: ["dd-agent", agentId.slice(0, 12), "web-1", ...more] },
    },
  });
  engine([named(), generator()]);
  expect(look()).toEqual([]);
  engine([named("redis"), generator()]);
  expect(look()).toMatchObject([
    {
      text: "the container dd-agent is on the network backend by a name that is not its own (redis)",
      repair: { done: "attached" },
    },
  ]);
});

test.each([["2"], ["1"]])(
  "of two networks with one name, neither is left, and a person has to remove one: attached to %s",
  (id) => {
    engine([{ ...agent(), networks: { bridge: { NetworkID: "1" }, backend: { NetworkID: id } } }, generator()]);
    answering("network ls", `printf 'network\\t%s\\t%s\\n' 1 bridge 2 backend 3 backend 0 none`);
    expect(look()).toEqual([
      {
        text: "there are 2 Docker networks named backend, and Docker can't tell which one is meant",
        repair: {},
        byHand: expect.stringContaining("(docker network rm 2 or docker network rm 3)") as string,
      },
    ]);
  },
);

test("a network that is not the container's own is detached", () => {
  engine([{ ...agent(), networks: { ...agent().networks, other: { NetworkID: "3" } } }, generator()]);
  expect(look()).toMatchObject([
    {
      text: "the container dd-agent is on the network other, which is not its own",
      repair: { after: [`docker network disconnect --force 'other' ${agentId}`] },
    },
  ]);
});

test.each([
  [{ restart: "no" }, "restart policy (no)", "--restart 'unless-stopped'"],
  [{ memory: 6291456, limits: { MemorySwap: 6291456 } }, "memory limit", "--memory 536870912 --memory-swap 536870912"],
  [
    { memory: 536870912, limits: { MemorySwap: 1073741824 } },
    "memory limit",
    "--memory 536870912 --memory-swap 536870912",
  ],
])("what was changed in place is put right: %j", (changes, what, flags) => {
  engine([{ ...agent(), ...changes }, generator()]);
  expect(look()).toMatchObject([
    {
      text: `the container dd-agent has another ${what}`,
      repair: { after: [`docker update ${flags} ${agentId}`] },
    },
  ]);
});

test.each([
  ["NanoCpus", 10_000_000, "cpus 0.01"],
  ["CpuQuota", 1000, "cpu-quota 1000"],
  ["CpuShares", 2, "cpu-shares 2"],
  ["CpusetCpus", "0", "cpuset-cpus 0"],
  ["PidsLimit", 7, "pids-limit 7"],
  ["MemoryReservation", 6291456, "memory-reservation 6291456"],
  ["BlkioWeight", 10, "blkio-weight 10"],
])("a limit that the engine can't take away again is ended by a new container: %s", (limit, value, said) => {
  engine([{ ...agent(), limits: { ...plain.limits, [limit]: value } }, generator()]);
  expect(look()).toEqual([
    {
      text: `the container dd-agent has other limits (${said})`,
      repair: { done: "replaced", replace: ["urn:agent"] },
    },
  ]);
});

test("a missing swap limit counts as a change only if the kernel supports swap limits", () => {
  const limits = { memory: 536870912, limits: { MemorySwap: -1 } };
  const other = { memory: 268435456, limits: { MemorySwap: -1 } };
  engine([
    { ...agent(), ...limits },
    { ...generator(), ...other },
  ]);
  expect(look()).toEqual([]);
  engine([
    { ...agent(), ...limits },
    { ...generator(), ...other, limits: { MemorySwap: 268435456 } },
  ]);
  expect(texts()).toEqual(["the container dd-agent has another memory limit"]);
});

test("a container that is unhealthy is restarted", () => {
  engine([
    { ...agent(), health: "healthy" },
    { ...generator(), health: "unhealthy" },
  ]);
  expect(look()).toMatchObject([
    { text: "the container datadog-gen is unhealthy", repair: { after: [`docker restart ${generatorId}`] } },
  ]);
});

test("an image that is gone from the host is pulled again, or its name is restored from its container", () => {
  const images = { "agent:7": "", "docker-gen": "" };
  engine([agent(), generator()], undefined, images);
  expect(look()).toMatchObject([
    { text: "the image agent:7 is gone from the host", repair: { refresh: ["urn:image"] } },
    { text: "the image docker-gen is gone from the host", repair: { after: ["docker tag sha256:gen 'docker-gen'"] } },
  ]);
});

test("an image's name that refers to another image is reported, and may be intended", () => {
  engine([agent(), generator()], undefined, { "agent:7": "sha256:other" });
  expect(look()).toMatchObject([
    {
      text: "the image agent:7 on the host is another one than that of the container dd-agent",
      byHand: expect.stringContaining("docker tag sha256:agent agent:7") as string,
      repair: {},
      mayBeMeant: true,
    },
  ]);
});

test("folders are given back to the user from the container's own image, whatever its name refers to", () => {
  engine([agent(), generator()], undefined, { "agent:7": "sha256:other" });
  expect(readImage()).toBe("sha256:agent");
});

test("a container without a network is detached from one that it was attached to", () => {
  engine([agent(), { ...generator(), networks: { bridge: { NetworkID: "1" } } }]);
  expect(look().flatMap(({ repair }) => repair.after)).toEqual([
    `docker network disconnect --force 'none' ${generatorId} 2>/dev/null || true`,
    `docker network connect 'none' ${generatorId}`,
    `docker network disconnect --force 'bridge' ${generatorId}`,
  ]);
});

test("the engine's default bridge is not to be created by hand", () => {
  engine([{ ...agent(), networks: { backend: { NetworkID: "2", Aliases: ["dd-agent"] } } }, generator()], {
    backend: "2",
    none: "0",
  });
  expect(look()).toMatchObject([
    { text: "the Docker network bridge is gone", byHand: expect.stringContaining("Remove bridge: none") as string },
  ]);
});

test("a missing network is only reported", () => {
  engine([{ ...agent(), networks: { bridge: { NetworkID: "1" } } }, generator()], { bridge: "1", none: "0" });
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

test("an edited file is reported, and so is one that others can read", () => {
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
    repair: { scripts: ["api-key"], after: [`docker restart ${agentId}`] },
  });
  expect(edited).toMatchObject({ text: `${cfg} was edited`, repair: { scripts: ["files"] } });
  expect(edited?.repair.after).toEqual([`docker restart ${generatorId}`]);
  expect(rights).toMatchObject({ text: expect.stringContaining("api_key does not belong") as string });
  expect(rights?.repair.scripts).toEqual(["api-key"]);
});

test.each([
  ["secrets/dd-agent/89ab", 0o777, "chmod u=rwx,go= "],
  ["config/datadog-gen/0123", 0o750, "chmod u=rwx,go= "],
  ["generated/datadog", 0o755, "chmod u=rwx,go= "],
  ["generated/datadog/redisdb.d", 0o777, "chmod u=rwx,go= "],
  ["config/secrets", 0o777, "chmod u=rwx,go= "],
  ["generated/sockets", 0o777, "chmod o-w "],
  ["secrets", 0o777, "chmod o-w "],
  ["secrets/dd-agent", 0o757, "chmod o-w "],
  ["generated", 0o777, "chmod o-w "],
  [".", 0o777, "chmod o-w "],
])("a folder that was opened to others is closed: %s with mode %o", (path, mode, command) => {
  engine([agent(), generator()]);
  chmodSync(join(root, path), mode);
  const [finding, ...others] = look();
  expect(others).toEqual([]);
  expect(finding?.text).toBe(`${join(root, path)} is open to others than the host's user`);
  expect(finding?.repair.before?.[0]).toContain(`${command}'${join(root, path)}'`);
  run(finding?.repair.before?.join("\n") ?? "false");
  expect(look()).toEqual([]);
});

test("a link in place of a generated folder is reported as such, and what it leads to is not closed", () => {
  engine([agent(), { ...generator(), mount: undefined as never }]);
  const folder = join(root, "generated/datadog/redisdb.d");
  rmSync(folder, { recursive: true });
  symlinkSync("/etc", folder);
  expect(texts()).toEqual([
    "ROOT/generated/datadog/redisdb.d is gone",
    "the container dd-agent mounts a removed ROOT/generated/datadog/redisdb.d",
  ]);
});

test("applications of any user may look for the agent's sockets", () => {
  engine([agent(), generator()]);
  chmodSync(join(root, "generated/sockets"), 0o755);
  expect(look()).toEqual([]);
});

test.each<[string, () => void, string]>([
  ["a folder in place of a file", () => replace("publish.sh", (path) => mkdirSync(path)), "publish.sh is gone"],
  ["a pipe in place of a file", () => replace("publish.sh", makePipe), "publish.sh is gone"],
  [
    "a link in place of a file",
    () => replace("publish.sh", (path) => symlinkSync("../0123.old/publish.sh", path)),
    "publish.sh does not belong",
  ],
  ["an empty list", () => rewrite("manifest", ""), "manifest was edited"],
  [
    "a list that goes with the edited file",
    () => {
      rewrite("publish.sh", "evil\n");
      rewrite("manifest", manifestOf({ ...configs, "publish.sh": "evil\n" }));
    },
    "publish.sh was edited",
  ],
  ["half a file", () => rewrite("publish.sh", "thr"), "publish.sh was edited"],
])("%s is told, and the script that has laid it down puts it right", (_, damage, said) => {
  engine([agent(), generator()]);
  layDown("config/datadog-gen/0123.old", configs);
  damage();
  expect(texts()).toContainEqual(expect.stringContaining(`ROOT/config/datadog-gen/0123/${said}`));
  layDown("config/datadog-gen/0123", configs);
  expect(look()).toEqual([]);
});

test.each<[string, () => void]>([
  ["a link to another folder", () => symlinkSync("0123.old", join(root, "config/datadog-gen/0123"))],
  ["a file", () => writeFileSync(join(root, "config/datadog-gen/0123"), "")],
])("%s in place of a folder is told, and the script that has laid it down puts it right", (_, damage) => {
  engine([agent(), { ...generator(), mount: undefined as never }]);
  layDown("config/datadog-gen/0123.old", configs);
  rmSync(join(root, "config/datadog-gen/0123"), { recursive: true });
  damage();
  expect(texts()).toEqual(["ROOT/config/datadog-gen/0123 is gone"]);
  layDown("config/datadog-gen/0123", configs);
  expect(look()).toEqual([]);
});

/** Makes a pipe that nobody writes to. */
function makePipe(path: string): void {
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
}

/** Puts something else in the place of one of the generator's files. */
function replace(file: string, put: (path: string) => void): void {
  rmSync(join(root, "config/datadog-gen/0123", file));
  put(join(root, "config/datadog-gen/0123", file));
}

function rewrite(file: string, content: string): void {
  replace(file, (path) => writeFileSync(path, content, { mode: 0o400 }));
}

test("a container of ours that mounts a removed folder is restarted, an application's is reported", () => {
  const holds = "1:2";
  engine([
    { ...agent(), mount: [`${root}/generated/datadog/redisdb.d`, "/etc/redisdb.d", holds] },
    generator(),
    { id: otherId, name: "web", mount: [`${root}/generated/nginx`, "/etc/nginx/conf.d", holds] },
  ]);
  expect(look()).toMatchObject([
    {
      text: expect.stringContaining("dd-agent mounts a removed") as string,
      repair: { after: [`docker restart ${agentId}`] },
    },
    { ofApplication: true, byHand: "Restart it on the host: docker restart web", repair: {} },
  ]);
});

test("an edited or missing published file is reported once nothing waits to be published", () => {
  const drafts = join(folder, "drafts");
  mkdirSync(drafts);
  const draft =
    "#!file a.d/a.yaml HUP x\none\ntwo\n#!file a.d/b.yaml\nthree\n#!file a.d/empty.yaml\n#!file redisdb.d/redisdb.yaml\nlogs: []\n#!end\n";
  for (const name of ["datadog", "datadog.published"]) writeFileSync(join(drafts, name), draft);
  const target = join(root, "generated/datadog/a.d");
  mkdirSync(target);
  const published = (): string => run(publishedScript({ drafts, generated: join(root, "generated") }));
  writeFileSync(join(target, "a.yaml"), "one\ntwo\n");
  writeFileSync(join(target, "b.yaml"), "three\n");
  writeFileSync(join(target, "empty.yaml"), "");
  expect(published()).toBe("");
  writeFileSync(join(target, "c.yaml"), "instances: [{}]\n");
  expect(published()).toBe("added datadog/a.d/c.yaml\n");
  rmSync(join(target, "c.yaml"));
  writeFileSync(join(target, "a.yaml"), "one\n2\n");
  rmSync(join(target, "b.yaml"));
  expect(published()).toBe("edited datadog/a.d/a.yaml\ngone datadog/a.d/b.yaml\n");
  rmSync(join(target, "a.yaml"));
  makePipe(join(target, "a.yaml"));
  expect(published()).toBe("edited datadog/a.d/a.yaml\n");
  writeFileSync(join(drafts, "datadog"), "#!end\n");
  expect(published()).toBe("");
});

test("a status page that the generator has removed is none that was edited, and only a page can be one", () => {
  const drafts = join(folder, "drafts");
  mkdirSync(drafts);
  rmSync(join(root, "generated/datadog/redisdb.d"), { recursive: true });
  const published = (): string => run(publishedScript({ drafts, generated: join(root, "generated") }));
  for (const [name, file] of [
    ["nginx", "web/nginx.conf"],
    ["datadog", "a.d/a.yaml"],
  ] as const) {
    for (const draft of [name, `${name}.published`]) {
      writeFileSync(join(drafts, draft), `#!file ${file} HUP f00d 24079\nserver {\n}\n#!end\n`);
    }
    mkdirSync(join(root, "generated", name, file, ".."), { recursive: true });
    writeFileSync(join(root, "generated", name, file), "# No status page: port 24079 is in use.\n");
  }
  expect(published()).toBe("edited datadog/a.d/a.yaml\n");
  writeFileSync(join(root, "generated/nginx/web/nginx.conf"), "server {\n}\n# by hand\n");
  expect(published()).toBe("edited datadog/a.d/a.yaml\nedited nginx/web/nginx.conf\n");
});

test("a status page that not every web server can read, or that others can change, gets its rights back", () => {
  const drafts = join(folder, "drafts");
  mkdirSync(drafts);
  const generated = join(root, "generated");
  const page = join(generated, "nginx/web/nginx.conf");
  for (const draft of ["nginx", "nginx.published"]) {
    writeFileSync(join(drafts, draft), "#!file web/nginx.conf HUP f00d 24079\nserver {\n}\n#!end\n");
  }
  mkdirSync(join(page, ".."));
  writeFileSync(page, "server {\n}\n");
  const published = (): string => run(publishedScript({ drafts, generated }));
  const whole = (): void => {
    for (const path of [generated, join(generated, "nginx"), join(page, "..")]) chmodSync(path, 0o755);
    chmodSync(page, 0o644);
  };
  whole();
  chmodSync(generated, 0o700);
  chmodSync(join(generated, "nginx"), 0o775);
  expect(published()).toBe("");
  for (const [path, mode] of [
    ["nginx", 0o700],
    ["nginx/web", 0o750],
    ["nginx/web", 0o757],
    ["nginx/web/nginx.conf", 0o600],
    ["nginx/web/nginx.conf", 0o646],
  ] as const) {
    whole();
    chmodSync(join(generated, path), mode);
    expect(published()).toBe(`page-rights ${path}\n`);
  }
  const expected = host();
  const [finding] = findingsOf(expected, readFacts(`page-rights\t${page}\nengine\ndone\n`));
  expect(finding).toMatchObject({ repair: { done: "corrected" } });
  // As the generator does it, whose folder is elsewhere, and who is root.
  const [line = ""] = finding?.repair.after ?? [];
  docker([`exec*) shift 2; "$@" ;;`]);
  run(line.replaceAll("/generated", generated).replace("chown 0", `chown ${process.getuid?.()}`));
  expect(published()).toBe("");
});

test.each([".", "generated", "generated/datadog", "secrets/dd-agent"])(
  "of a folder that the user can't enter, nothing is gone that lies in it, and it is given back: %s",
  (path) => {
    engine([agent(), generator()]);
    const nobody = 65534;
    const isRoot = process.getuid?.() === 0;
    const user = ["setpriv", `--reuid=${nobody}`, "--clear-groups", "sh", "-s"] as const;
    if (isRoot) run(`chown -R ${nobody} '${folder}'`);
    chmodSync(join(root, path), 0o200);
    const expected = host();
    const found = findingsOf(expected, readFacts(run(lookScript(expected), isRoot ? user : undefined)));
    chmodSync(join(root, path), 0o755);
    expect(found).toMatchObject([
      {
        text: `${join(root, path)} can't be written to by the host's user`,
        repair: { done: "given back to the user", scripts: ["files"] },
      },
    ]);
  },
);

test("an engine that does not answer is reported with its own message", () => {
  docker(["*) echo 'Cannot connect to the engine' >&2; exit 1 ;;"]);
  expect(texts()).toEqual(["the Docker engine does not answer (Cannot connect to the engine)"]);
});

test("a host with hundreds of containers and networks is told line by line, although several answers arrive at once", () => {
  const others = Array.from({ length: 300 }, (_, at) => ({
    id: at.toString(16).padStart(64, "c"),
    name: `worker-${at}`,
    networks: Object.fromEntries(["bridge", "backend"].map((name) => [name, { NetworkID: name.padEnd(600, ".") }])),
  }));
  engine([agent(), generator(), ...others]);
  const networks = `i=0; while [ $i -lt 5000 ]; do printf 'network\\t%s\\tother-%s\\n' $i $i; i=$((i + 1)); done`;
  answering("network ls", `printf 'network\\t1\\tbridge\\nnetwork\\t2\\tbackend\\nnetwork\\t0\\tnone\\n'; ${networks}`);
  expect(look()).toEqual([]);
});

test("an interrupted inspection is an error", () => {
  expect(() => readFacts("engine\ncontainer\t{")).toThrow("cut off");
});
