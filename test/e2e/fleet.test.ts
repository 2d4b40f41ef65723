import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import type { TestHost } from "../../sandbox/host";
import { waitFor } from "../../tools/shared/wait";
import { generatedInstances } from "./support/agent";
import { cloneProgram } from "./support/clone";
import { inspectContainer } from "./support/containers";
import {
  awayFor,
  changedResources,
  cleanByHand,
  containerIds,
  filesAndImages,
  firstHealthy,
  leftovers,
  makeUp,
  writeFleet,
  type FleetHost,
  type StackKeys,
  type UpResult,
} from "./support/fleet";
import { longestGapOf } from "./support/gap";
import { loseTag } from "./support/lost-tag";
import { previewChanges } from "./support/preview";
import { apiKey, setStage, stageSettings } from "./support/stage";
import type { StatusDocument } from "../../tools/status/schema";

const machineNames = ["m-1", "m-2", "m-3", "m-4", "m-5", "m-6", "m-7", "m-8"] as const;
type MachineName = (typeof machineNames)[number];
/** The machines of the tests that need no eight hosts: two that watch Redis, and two that don't. */
const fourMachines = ["m-1", "m-2", "m-5", "m-8"] as const;
/** Another machine, for the host that is added and for the one that moves. */
const spareName = "m-3";
const stage = setStage(
  "fleet",
  Object.fromEntries(machineNames.map((name) => [name, name === "m-8" ? { release: 13 as const } : {}])),
);

/** What an agent that was broken on purpose says before it ends. */
const lastWords = "this agent was broken on purpose";

/** Containers by name, on each machine by name. */
type Containers = Readonly<Record<string, Readonly<Record<string, string>>>>;

describe("a fleet", () => {
  let deployment: SandboxDeployment;
  /** The machines whose hosts the last `up` has left as {@link upOf} wants them. */
  let standing: readonly MachineName[] = [];
  /** Value of a tag that every agent carries: another one is a change of every host. */
  let round = 0;

  beforeAll(async () => {
    deployment = stage.deployment("staging");
    const hosts = machineNames.map((name) => stage.host(name));
    await deployment.configure({ ...stageSettings(stage, hosts, "staging"), networks: [] }, apiKey);
  });

  /** A host on each machine: half of the eight watch no Redis, and the first is asked for its health often. */
  const hostsOn = (machines: readonly MachineName[]): FleetHost[] =>
    machines.map((name) => ({
      name: name.replace("m", "web"),
      machine: stage.host(name),
      ...(name === "m-1" && {
        formerNames: ["front-1"],
        settings: { agent: { healthCheck: { intervalSeconds: 5 } } },
      }),
      ...(name > "m-4" && { settings: { integrations: ["docker", "nginx"] } }),
    }));

  const write = (hosts: readonly FleetHost[], keys: StackKeys = {}): void => {
    const agent = { generation: 7, image: stage.toolchain.images.agent };
    const none = { canary: undefined, rollout: undefined };
    writeFleet(deployment, hosts, { tags: [`round:${round}`], ...none, agent, ...keys });
  };

  const up = async (hosts: readonly FleetHost[], keys?: StackKeys, onLine?: (line: string) => void) => {
    standing = [];
    write(hosts, keys);
    return makeUp(deployment, onLine);
  };

  const mustSucceed = ({ status, stdout, stderr }: UpResult): void => {
    expect(status, `${stdout}${stderr}`).toBe(0);
  };

  /** A fleet under watch, whatever was before, and the containers on its machines. */
  const upOf = async (machines: readonly MachineName[]): Promise<{ hosts: FleetHost[]; containers: Containers }> => {
    const hosts = hostsOn(machines);
    if (standing !== machines) mustSucceed(await up(hosts));
    standing = machines;
    return { hosts, containers: await containersOn(machines) };
  };

  const containersOn = async (machines: readonly string[]): Promise<Containers> =>
    Object.fromEntries(
      await Promise.all(machines.map(async (name) => [name, await containerIds(stage.host(name))] as const)),
    );

  /** Without those that a failed run has set aside. */
  const runningOn = async (machines: readonly string[]): Promise<Containers> =>
    Object.fromEntries(
      Object.entries(await containersOn(machines)).map(([machine, ids]) => [
        machine,
        Object.fromEntries(Object.entries(ids).filter(([name]) => !name.includes(".before-replacement."))),
      ]),
    );

  const filesOn = (machines: readonly MachineName[]): Promise<readonly string[]> =>
    Promise.all(machines.map((name) => filesAndImages(stage.host(name))));

  const without = (containers: Containers, ...machines: readonly string[]): Containers =>
    Object.fromEntries(Object.entries(containers).filter(([name]) => !machines.includes(name)));

  const agentTags = async (machine: TestHost): Promise<string> =>
    (await inspectContainer(machine, "dd-agent")).Config.Env.find((entry) => entry.startsWith("DD_TAGS=")) ?? "";

  /** The hosts of some resources: `web-1` of `web-1-agent`. */
  const hostsOf = (resources: readonly string[]): string[] => [
    ...new Set(resources.map((name) => /^[a-z]+-\d+/.exec(name)?.[0] ?? name)),
  ];

  const hostsInSummary = ({ stderr }: UpResult): (string | undefined)[] =>
    [...stderr.matchAll(/^Host (\S+?):? /gm)].map(([, name]) => name);

  test("of eight hosts gets both containers on all of them; a second up changes nothing", async () => {
    const { containers } = await upOf(machineNames);
    for (const name of machineNames) {
      expect(Object.keys(containers[name] ?? {}).sort(), name).toEqual(["datadog-gen", "dd-agent"]);
    }
    const again = await makeUp(deployment);
    mustSucceed(again);
    expect(again.changed).toEqual([]);
    expect(await containersOn(machineNames)).toEqual(containers);
  });

  test("of eight hosts has its status told within seconds", async () => {
    await upOf(machineNames);
    const started = performance.now();
    const { status, stdout, stderr } = await deployment.make("status", { check: false, env: { JSON: "yes" } });
    const seconds = (performance.now() - started) / 1000;
    expect(status, stdout + stderr).toBe(0);
    expect((JSON.parse(stdout) as StatusDocument).hosts.map(({ host, reached }) => [host, reached])).toEqual(
      hostsOn(machineNames).map(({ name }) => [name, true]),
    );
    process.stderr.write(`The status of eight hosts took ${seconds.toFixed(1)} s.\n`);
    // Half of the machine is busy with other tests.
    expect(seconds).toBeLessThan(30);
  });

  test("of eight hosts has its canary go back if a template loses a tag of one of three integrations; the seven others are untouched", async () => {
    const { hosts } = await upOf(machineNames);
    const canary = stage.host("m-1");
    const others = machineNames.slice(1);
    // What is published has tags, whether a server answers or not.
    const asking = ["memcached", "nginx", "redis"];
    const sleep = `--entrypoint sleep ${stage.toolchain.images.generator} 3600`;
    const start = (name: string) =>
      `docker run --detach --name ${name} --env SERVICE=${name} --env PROJECT=shop ${sleep}`;
    await canary.run(asking.map(start).join(" && "));
    await waitFor("all three to be published", async () => {
      const checks = ["mcache", "nginx", "redisdb"].map((check) => generatedInstances(canary, check));
      return (await Promise.all(checks)).every(({ length }) => length > 0);
    });
    standing = [];
    write(hosts, { rollout: { canary: "web-1", proof: "60s" } });
    const clone = cloneProgram({ withTools: true });
    try {
      loseTag(clone);
      const [before, files] = [await containersOn(machineNames), await filesOn(others)];
      const since = Date.now();
      const { status, stdout, stderr } = await deployment.make("up", { ...clone.options, check: false });
      expect(status, stdout + stderr).not.toBe(0);
      expect(stderr).toMatch(
        /^Host web-1 \(\S+\): went back to its old dd-agent and datadog-gen, and the change was not made: mcache \S+ \(memcached\) lost environment:staging$/m,
      );
      expect(stderr).toContain("Host web-1: the state holds its old containers again");
      expect(stderr.match(/^Host /gm)).toHaveLength(2);
      expect(changedResources(stdout).filter((name) => !name.startsWith("web-1-"))).toEqual([]);
      expect(await filesOn(others)).toEqual(files);
      expect(await containersOn(machineNames)).toEqual(before);
      expect((await previewChanges(deployment, clone.options))["web-1-generator"]?.op).toBe("replace");
      write(hosts);
      expect(await previewChanges(deployment)).toEqual({});
      // The agent has run all the time.
      expect(await longestGapOf(stage.intake, { host: "web-1", metric: "docker.", since })).toBeLessThan(40_000);
    } finally {
      clone.remove();
      await canary.run(`docker rm --force ${asking.join(" ")}`);
    }
  });

  test("has a host that is cut off during an up fail alone, and be named; the next up does the rest", async () => {
    const { hosts } = await upOf(fourMachines);
    const others = hosts.filter(({ name }) => name !== "web-2");
    const lost = stage.host("m-2");
    round++;
    const agent = (await lost.run("docker inspect --format '{{.State.Pid}}' dd-agent")).stdout.trim();
    // A stopped process does not end, so the cable is out before its successor can be there.
    const freezeAndDisconnect = async (): Promise<void> => {
      await lost.run(`kill -STOP ${agent}`);
      await lost.disconnect();
    };
    let cut: Promise<void> | undefined;
    const cutOff = (line: string): void => {
      if (line.includes(" web-2-agent ")) cut ??= freezeAndDisconnect();
    };
    let containers: Containers;
    try {
      const failed = await up(hosts, {}, cutOff);
      await cut;
      expect(cut, failed.stdout).toBeDefined();
      expect(failed.status).not.toBe(0);
      expect(hostsInSummary(failed), failed.stderr).toEqual(["web-2"]);
      // What ssh notices depends on how far its login had come.
      expect(failed.stderr).toMatch(
        /^Host web-2\b.*: .*(does not answer|has made no progress).*\. Check .*, then run again\.$/m,
      );
      for (const { machine } of others) expect(await agentTags(machine), machine.name).toContain(`round:${round}`);
      containers = await runningOn(others.map(({ machine }) => machine.name));
    } finally {
      await lost.connect();
    }
    const healed = await up(hosts);
    mustSucceed(healed);
    standing = fourMachines;
    expect(hostsOf(healed.changed)).toContain("web-2");
    // A run that fails leaves it to the next one to take away what was replaced on the others.
    const onOthers = healed.changed.filter((name) => !name.startsWith("web-2-"));
    expect(onOthers.filter((name) => !/-(agent|cleanup)$/.test(name))).toEqual([]);
    expect(await agentTags(lost)).toContain(`round:${round}`);
    expect(await runningOn(others.map(({ machine }) => machine.name))).toEqual(containers);
  });

  test("has a host that is added set up; one that is removed leaves nothing, one that is renamed keeps its machine, and nothing else is touched", async () => {
    const { hosts, containers } = await upOf(fourMachines);
    const spare = stage.host(spareName);
    expect(await leftovers(spare)).toBe("");
    const renamed = { machine: stage.host("m-1"), name: "front-1", formerNames: ["web-1"] };
    const result = await up([...hosts.slice(1), renamed, { name: "web-9", machine: spare }]);
    mustSucceed(result);
    // What is replaced goes under its former name.
    expect(hostsOf(result.changed)).toEqual(["front-1", "web-1", "web-9"]);
    expect(result.changed.filter((name) => name.startsWith("web-1"))).toEqual(["web-1-agent", "web-1-generator"]);
    for (const name of ["m-1", spareName]) {
      expect(Object.keys(await containerIds(stage.host(name))).sort()).toEqual(["datadog-gen", "dd-agent"]);
    }
    const agent = await inspectContainer(stage.host("m-1"), "dd-agent");
    expect(agent.Config.Labels["datadog-hosts.host"]).toBe("front-1");
    expect(await containersOn(fourMachines.slice(1))).toEqual(without(containers, "m-1"));

    const back = await up(hosts);
    mustSucceed(back);
    standing = fourMachines;
    expect(hostsOf(back.changed)).toEqual(["front-1", "web-1", "web-9"]);
    expect(await leftovers(spare)).toBe("");
    expect(await containersOn(fourMachines.slice(1))).toEqual(without(containers, "m-1"));
  });

  test("has a host that moves set up at its new address, and nothing else is touched, its old machine neither", async () => {
    const { hosts, containers } = await upOf(fourMachines);
    const [from, to] = [stage.host("m-5"), stage.host(spareName)];
    try {
      const result = await up(hosts.map((host) => (host.name === "web-5" ? { ...host, machine: to } : host)));
      mustSucceed(result);
      expect(hostsOf(result.changed)).toEqual(["web-5"]);
      expect(Object.keys(await containerIds(to)).sort()).toEqual(["datadog-gen", "dd-agent"]);
      expect(await containersOn(fourMachines)).toEqual(containers);
    } finally {
      await cleanByHand(from);
      mustSucceed(await up(hosts));
      await cleanByHand(to);
    }
    expect(Object.keys(await containerIds(from)).sort()).toEqual(["datadog-gen", "dd-agent"]);
    expect(await leftovers(to)).toBe("");
    standing = fourMachines;
  });

  test("has only those containers replaced that use an edited template, and soon back", async () => {
    const { hosts, containers } = await upOf(fourMachines);
    const users = hosts.filter(({ settings }) => settings?.["integrations"] === undefined);
    expect(users.length).toBe(2);
    const since = (await users[0]?.machine.run("date +%s.%N"))?.stdout.trim() ?? "";
    const clone = cloneProgram();
    try {
      const template = join(clone.folder, "templates", "integrations", "redisdb.tmpl");
      const edited = readFileSync(template, "utf8").replace("\n  - host:", "\n  # an edited template\n  - host:");
      expect(edited).toContain("# an edited template");
      writeFileSync(template, edited);
      standing = [];
      const { stdout } = await deployment.pulumi(
        ["up", "--yes", "--skip-preview", "--continue-on-error", "--stack", deployment.stack],
        clone.options,
      );
      const changed = changedResources(stdout);
      expect(hostsOf(changed)).toEqual(users.map(({ name }) => name));
      expect(changed.filter((name) => name.endsWith("-agent"))).toEqual([]);
    } finally {
      clone.remove();
    }
    const after = await containersOn(fourMachines);
    for (const { name } of hosts.map(({ machine }) => machine)) {
      const { "datadog-gen": generator, ...rest } = containers[name] ?? {};
      const { "datadog-gen": newGenerator, ...newRest } = after[name] ?? {};
      expect(newRest, name).toEqual(rest);
      const usesIt = users.some(({ machine }) => machine.name === name);
      expect(newGenerator === generator, name).toBe(!usesIt);
    }
    for (const { machine } of users) {
      // `make bench` tells how long it is on a machine with nothing else to do.
      expect(await awayFor(machine, "datadog-gen", since), machine.name).toBeLessThan(60_000);
    }
  });

  test("has a broken agent stop at the canary, told with its own output; the other hosts are unchanged", async () => {
    const { hosts, containers } = await upOf(fourMachines);
    const broken = "datadog-hosts-test/broken-agent:1";
    const recipe = `FROM ${stage.toolchain.images.agent}\nENTRYPOINT ["/bin/sh", "-c", "echo '${lastWords}' >&2; exit 7"]\n`;
    // On every machine: nothing but the gate keeps it from running there.
    for (const { machine } of hosts) await machine.run(`docker build --quiet --tag ${broken} -`, { input: recipe });
    const result = await up(hosts, { canary: "web-1", agent: { generation: 7, image: broken } });
    expect(result.status).not.toBe(0);
    expect(hostsInSummary(result), result.stderr).toEqual(["web-1"]);
    expect(result.stderr).toMatch(
      new RegExp(
        `^Host web-1 \\(\\S+\\): the canary failed, so the other hosts were not changed: the new dd-agent (is unhealthy|keeps restarting)\\. Its last output:\n +${lastWords}`,
        "m",
      ),
    );
    expect(hostsOf(result.changed)).toEqual(["web-1"]);
    expect((await containerIds(stage.host("m-1")))["dd-agent"]).not.toBe(containers["m-1"]?.["dd-agent"]);
    expect(await containersOn(fourMachines.slice(1))).toEqual(without(containers, "m-1"));
  });

  test("is not changed if its canary can't be reached", async () => {
    const { hosts, containers } = await upOf(fourMachines);
    const canary = stage.host("m-1");
    round++;
    await canary.disconnect();
    try {
      const result = await up(hosts, { canary: "web-1" });
      expect(result.status).not.toBe(0);
      expect(hostsInSummary(result), result.stderr).toEqual(["web-1"]);
      expect(result.stderr).toMatch(/^Host web-1: the host does not answer \(.+\)\. Check that the host is up/m);
    } finally {
      await canary.connect();
    }
    expect(await containersOn(fourMachines)).toEqual(containers);
    for (const { machine } of hosts) expect(await agentTags(machine)).not.toContain(`round:${round}`);
    standing = fourMachines;
  });

  test("gets a change only after it has worked on the canary", async () => {
    const { hosts } = await upOf(fourMachines);
    round++;
    const canary = stage.host("m-1");
    const since = (await canary.run("date +%s.%N")).stdout.trim();
    mustSucceed(await up(hosts, { canary: "web-1" }));
    const healthy = await firstHealthy(canary, "dd-agent", since);
    // All machines have the same clock.
    for (const { name, machine } of hosts.slice(1)) {
      expect(await agentTags(machine), name).toContain(`round:${round}`);
      const { StartedAt } = (await inspectContainer(machine, "dd-agent")).State;
      expect(Date.parse(StartedAt), name).toBeGreaterThan(healthy);
    }
  });
});
