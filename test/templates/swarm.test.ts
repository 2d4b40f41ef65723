import { expect, test } from "vitest";

import { type EngineContainer, readRecording } from "./harness";
import { swarmNetwork } from "./harness/specimens";
import { renderConfigs } from "./render-configs";

/** The tasks of a Swarm, and a container beside them, as a real engine tells of them. */
const recording = readRecording("debian-13-engine-26.1-swarm");

/** A container's address on a network, by the beginning of its name: a task's goes on with ids. */
function address(name: string, network: string): string {
  const found = recording.containers.find(({ inspect }) => String(inspect?.["Name"]).startsWith(`/${name}`));
  const { Networks: networks } = found?.inspect?.["NetworkSettings"] as {
    Networks: Record<string, { IPAddress: string } | undefined>;
  };
  return networks[network]?.IPAddress ?? "none";
}

/** The same container with one more variable in its environment. */
function withVariable(container: EngineContainer, variable: string): EngineContainer {
  const config = container.inspect?.["Config"] as { Env: string[] | null };
  const inspect = { ...container.inspect, Config: { ...config, Env: [...(config.Env ?? []), variable] } };
  return { ...container, inspect };
}

const onBridge = address("specimen-plain", "bridge");

test("tasks have their address on the overlay network that the stack lists, never one on the Swarm's own networks", async () => {
  const networks = ["ingress", "docker_gwbridge", swarmNetwork];
  const { instances, files } = await renderConfigs(recording, { networks });
  const shared = ["specimen-beside", "specimen-shared", "specimen-two"].map((name) => address(name, swarmNetwork));
  const hosts = instances("redisdb")?.map(({ host }) => host);
  expect(hosts?.sort()).toEqual([...shared, onBridge].sort());
  for (const name of ["specimen-apart", "specimen-published"]) {
    expect(files["redisdb.d/redisdb.yaml"]).toMatch(new RegExp(`# "${name}[.].*" has no instance: it shares no network`));
  }
});

test("an agent on the host's network reaches no task on an overlay network", async () => {
  const { instances } = await renderConfigs(recording, { agentNetwork: "host" });
  expect(instances("redisdb")?.map(({ host }) => host)).toEqual([onBridge]);
});

test("a password is for the tasks of the services that the stack names, and for no other container", async () => {
  const containers = recording.containers.map((container) => withVariable(container, "PASSWORD_FILE=cart"));
  const { instances, files } = await renderConfigs(
    { ...recording, containers },
    {
      networks: [swarmNetwork],
      passwordFiles: [{ name: "cart", containers: ["service:specimen-shared"], network: swarmNetwork }],
      passwords: { cart: "of-a-secret\n" },
    },
  );
  expect(instances("redisdb")).toEqual([
    expect.objectContaining({ host: address("specimen-shared", swarmNetwork), password: "of-a-secret" }),
  ]);
  expect(files["redisdb.d/redisdb.yaml"]).toContain("the stack does not let it use the password file");
});

test("a service's labels reach no container", async () => {
  const { files } = await renderConfigs(recording, { networks: [swarmNetwork] });
  expect(JSON.stringify(files)).not.toContain("project:lost");
});
