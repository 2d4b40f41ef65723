import { beforeAll, describe, expect, test } from "vitest";

import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import type { TestHost } from "../host";
import { containerIds, makeUp, writeFleet, type FleetHost, type StackKeys, type UpResult } from "./support/fleet";
import { apiKey, setStage, stageSettings } from "./support/stage";

const machineNames = ["m-1", "m-2", "m-3", "m-4", "m-5", "m-6", "m-7", "m-8"] as const;
const stage = setStage(
  "fleet",
  Object.fromEntries(machineNames.map((name, index) => [name, index === 7 ? { release: 13 as const } : {}])),
);

describe("a fleet of eight hosts", () => {
  let deployment: SandboxDeployment;
  /** The hosts as the last successful `up` left them; undefined where it is not known to be what the stack file says. */
  let standing: readonly FleetHost[] | undefined;
  let round = 0;

  beforeAll(async () => {
    deployment = stage.deployment("staging");
    const hosts = machineNames.map((name) => stage.host(name));
    await deployment.configure({ ...stageSettings(stage, hosts, "staging"), networks: [] }, apiKey);
  });

  /** Eight hosts, one on each machine; the first comes back from the name that a test gives it. */
  const eight = (): FleetHost[] =>
    machineNames.map((name, index) => ({
      name: name.replace("m", "web"),
      machine: stage.host(name),
      ...(index === 0 && { formerNames: ["front-1"] }),
    }));

  const up = async (hosts: readonly FleetHost[], keys: StackKeys = {}, onLine?: (line: string) => void) => {
    standing = undefined;
    writeFleet(deployment, hosts, { tags: [`round:${round}`], canary: undefined, ...keys });
    return makeUp(deployment, onLine);
  };

  const mustSucceed = ({ status, stdout, stderr }: UpResult): void => {
    expect(status, `${stdout}${stderr}`).toBe(0);
  };

  /** Eight hosts under watch, whatever was before. */
  const upOfEight = async (): Promise<FleetHost[]> => {
    const hosts = eight();
    if (standing === undefined) {
      mustSucceed(await up(hosts));
      standing = hosts;
    }
    return hosts;
  };

  const allContainers = async (hosts: readonly FleetHost[]): Promise<Record<string, Record<string, string>>> =>
    Object.fromEntries(
      await Promise.all(hosts.map(async ({ machine }) => [machine.name, await containerIds(machine)] as const)),
    );

  const agentTags = async (machine: TestHost): Promise<string> =>
    (await machine.run("docker inspect --format '{{.Config.Env}}' dd-agent")).stdout;

  /** The host of each resource: `web-1` of `web-1-agent`. */
  const hostsOf = (resources: readonly string[]): string[] => [
    ...new Set(resources.map((name) => /^[a-z]+-\d+/.exec(name)?.[0] ?? name)),
  ];

  const hostsInSummary = ({ stderr }: UpResult): (string | undefined)[] =>
    [...stderr.matchAll(/^Host (\S+?):? /gm)].map(([, name]) => name);

  test("all of them get both containers; a second up changes nothing", async () => {
    const hosts = await upOfEight();
    const containers = await allContainers(hosts);
    for (const { machine } of hosts) {
      expect(Object.keys(containers[machine.name] ?? {}).sort(), machine.name).toEqual(["datadog-gen", "dd-agent"]);
    }
    const again = await makeUp(deployment);
    mustSucceed(again);
    expect(again.changed).toEqual([]);
    expect(await allContainers(hosts)).toEqual(containers);
  });

  test("one that is cut off during an up fails alone and is named; the next up does the rest", async () => {
    const hosts = await upOfEight();
    const others = hosts.filter(({ name }) => name !== "web-4");
    const lost = stage.host("m-4");
    round++;
    let cut: Promise<void> | undefined;
    const cutOff = (line: string): void => {
      if (/web-\d-agent /.test(line)) cut ??= lost.disconnect();
    };
    let containers: unknown;
    try {
      const failed = await up(hosts, {}, cutOff);
      await cut;
      expect(cut, failed.stdout).toBeDefined();
      expect(failed.status).not.toBe(0);
      expect(hostsInSummary(failed)).toEqual(["web-4"]);
      for (const { machine } of others) expect(await agentTags(machine), machine.name).toContain(`round:${round}`);
      containers = await allContainers(others);
    } finally {
      await lost.connect();
    }
    const healed = await up(hosts);
    mustSucceed(healed);
    standing = hosts;
    expect(hostsOf(healed.changed)).toEqual(["web-4"]);
    expect(await agentTags(lost)).toContain(`round:${round}`);
    expect(await allContainers(others)).toEqual(containers);
  });
});
