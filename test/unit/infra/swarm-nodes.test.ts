import { describe, expect, test } from "vitest";

import { readSettings } from "../../../infra/settings/read";
import { swarmProviderArgs } from "../../../infra/swarm/managers";
import { nodeTagsTemplate } from "../../../infra/swarm/node-labels";
import { recordGraph, useStack } from "../../golden/graph";
import { swarmConfig } from "./fixtures";

interface Container {
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly source?: string; readonly target: string; readonly readOnly: boolean }[];
}

/** The containers of agent and generator on the nodes, for a Swarm's stack with some settings. */
async function nodeWith(settings: Readonly<Record<string, unknown>>): Promise<readonly [Container, Container]> {
  const graph = await recordGraph({ stack: "s", config: { ...swarmConfig, ...settings } });
  const container = (name: string): Container => {
    const inputs = graph.find(({ urn }) => urn.endsWith(`Service::${name}`))?.inputs;
    return (inputs as { taskSpec: { containerSpec: Container } }).taskSpec.containerSpec;
  };
  return [container("swarm-agent"), container("swarm-generator")];
}

/** What settings add to the mounts of agent and generator, and to the agent's variables but for its revision. */
async function added(settings: Readonly<Record<string, unknown>>) {
  const [without, given] = [await nodeWith({}), await nodeWith(settings)];
  const mounts = given.map(({ mounts: all }, index) => {
    const known = new Set(without[index]?.mounts.map(({ target }) => target));
    return all
      .filter(({ target }) => !known.has(target))
      .map(({ source = "", target, readOnly }) => `${source} ${target}${readOnly ? " read-only" : ""}`);
  });
  const variables = Object.entries(given[0].env).filter(
    ([name, value]) => name !== "DATADOG_HOSTS_REVISION" && without[0].env[name] !== value,
  );
  return { agent: mounts[0], generator: mounts[1], variables: Object.fromEntries(variables) };
}

describe("the agent of a node", () => {
  test.each([{ all: true }, { declared: true }])("shares the configs of logs with the generator (%j)", async (logs) => {
    const { agent, generator, variables } = await added({ logs });
    expect(agent).toEqual([
      "datadog-conf-container_logs /etc/datadog-agent/conf.d/container_logs.d read-only",
      "datadog-log-positions /opt/datadog-agent/run/log-positions",
    ]);
    expect(generator).toEqual(["datadog-conf-container_logs /generated/datadog/container_logs.d"]);
    expect(variables).toMatchObject({ DD_LOGS_ENABLED: "true" });
  });

  test("shares a volume for its sockets with applications, and knows a sender by what its client says", async () => {
    expect(await added({ dogstatsd: { socket: true }, apm: { socket: true } })).toEqual({
      agent: ["datadog-sockets /var/run/datadog"],
      generator: [],
      variables: {
        ...{ DD_USE_DOGSTATSD: "true", DD_DOGSTATSD_PORT: "0", DD_DOGSTATSD_NON_LOCAL_TRAFFIC: "false" },
        ...{ DD_DOGSTATSD_TAG_CARDINALITY: "low", DD_DOGSTATSD_SOCKET: "/var/run/datadog/dsd.socket" },
        ...{ DD_DOGSTATSD_ORIGIN_DETECTION: "false", DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT: "true" },
        ...{ DD_APM_ENABLED: "true", DD_APM_RECEIVER_PORT: "0", DD_APM_NON_LOCAL_TRAFFIC: "false" },
        DD_APM_RECEIVER_SOCKET: "/var/run/datadog/apm.socket",
      },
    });
  });

  test("sends processes without a further mount", async () => {
    const found = await added({ processes: { live: true } });
    expect(found).toMatchObject({ agent: [], variables: { DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED: "true" } });
  });
});

describe("labels of nodes", () => {
  test("become tags that the Swarm fills in on each node, whatever their values", () => {
    const lines = ['label n1 zone "A"', 'label n1 rack "r/1"', 'label n2 zone "b}} {{.Node.ID"', "no label", ""];
    expect(nodeTagsTemplate(lines.join("\n"))).toBe(
      '{{if eq .Node.ID "n1"}} zone:a rack:r/1{{end}}{{if eq .Node.ID "n2"}} zone:b_____.node.id{{end}}',
    );
    expect(nodeTagsTemplate("")).toBe("");
  });

  test("are read from a manager if the stack lists any", async () => {
    const labels = async (swarm: object): Promise<unknown> => {
      const config = { ...swarmConfig, swarm: { ...swarmConfig.swarm, ...swarm } };
      const graph = await recordGraph({ stack: "s", config });
      return (
        graph.find(({ urn }) => urn.endsWith("::swarm-node-labels"))?.inputs as { triggers?: unknown } | undefined
      )?.triggers;
    };
    expect(await labels({})).toBeUndefined();
    expect(await labels({ nodeLabels: ["zone"] })).toEqual(["zone"]);
  });
});

test.each([1, 2])("registries get their credentials from the provider, by %i managers", (count) => {
  useStack({ stack: "s", config: { ...swarmConfig, swarm: { managers: swarmConfig.swarm.managers.slice(0, count) } } });
  const { swarm } = readSettings();
  if (swarm === undefined) throw new Error("no Swarm");
  const registries = [{ address: "registry.example", username: "reader", password: "secret" }];
  expect(swarmProviderArgs(swarm).registryAuth).toBeUndefined();
  const node = { ...swarm.node, registries } as unknown as typeof swarm.node;
  expect(swarmProviderArgs({ ...swarm, node }).registryAuth).toEqual(registries);
});
