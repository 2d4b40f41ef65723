import { beforeAll, describe, expect, test } from "vitest";

import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import { containerIds, makeUp, writeFleet, type FleetHost, type StackKeys, type UpResult } from "./support/fleet";
import { apiKey, setStage, stageSettings } from "./support/stage";

const machineNames = ["m-1", "m-2", "m-3", "m-4", "m-5", "m-6", "m-7", "m-8"] as const;
const stage = setStage(
  "fleet",
  Object.fromEntries(machineNames.map((name, index) => [name, index === 7 ? { release: 13 as const } : {}])),
);

describe("a fleet of eight hosts", () => {
  let deployment: SandboxDeployment;

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

  const up = async (hosts: readonly FleetHost[], keys: StackKeys = {}) => {
    writeFleet(deployment, hosts, { canary: undefined, ...keys });
    return makeUp(deployment);
  };

  const mustSucceed = ({ status, stdout, stderr }: UpResult): void => {
    expect(status, `${stdout}${stderr}`).toBe(0);
  };

  const allContainers = async (hosts: readonly FleetHost[]): Promise<Record<string, Record<string, string>>> =>
    Object.fromEntries(
      await Promise.all(hosts.map(async ({ machine }) => [machine.name, await containerIds(machine)] as const)),
    );

  test("all of them get both containers; a second up changes nothing", async () => {
    const hosts = eight();
    mustSucceed(await up(hosts));
    const containers = await allContainers(hosts);
    for (const { machine } of hosts) {
      expect(Object.keys(containers[machine.name] ?? {}).sort(), machine.name).toEqual(["datadog-gen", "dd-agent"]);
    }
    const again = await makeUp(deployment);
    mustSucceed(again);
    expect(again.changed).toEqual([]);
    expect(await allContainers(hosts)).toEqual(containers);
  });
});
