import { describe, expect, test } from "vitest";

import { recordGraph } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

const generated = "/home/core/datadog/generated";

/** The only host's agent with some settings: its variables and mounts, and the script that makes its files. */
async function hostWith(
  settings: Record<string, unknown>,
): Promise<{ variables: Record<string, string>; mounts: readonly Mount[]; script: string }> {
  const graph = await recordGraph({ stack: "s", config: { ...smallestConfig, ...settings } });
  const inputs = (name: string): Record<string, unknown> =>
    (graph.find(({ urn }) => urn.endsWith(`::web-1-${name}`))?.inputs ?? {}) as Record<string, unknown>;
  const { envs, mounts } = inputs("agent") as unknown as { envs: readonly string[]; mounts: readonly Mount[] };
  const pairs = envs.map((each) => [each.split("=")[0] ?? "", each.slice(each.indexOf("=") + 1)] as const);
  return { variables: Object.fromEntries(pairs), mounts, script: String(inputs("files")["stdin"]) };
}

/** What settings add to the variables and mounts of an agent without them. */
async function added(settings: Record<string, unknown>): Promise<{ variables: object; mounts: readonly Mount[] }> {
  const [without, given] = [await hostWith({}), await hostWith(settings)];
  const isNew = ([name, value]: [string, string]): boolean => without.variables[name] !== value;
  const targets = new Set(without.mounts.map(({ target }) => target));
  return {
    variables: Object.fromEntries(Object.entries(given.variables).filter(isNew)),
    mounts: given.mounts.filter(({ target }) => !targets.has(target)),
  };
}

const sockets = { type: "bind", source: `${generated}/sockets`, target: "/var/run/datadog", readOnly: false };

describe("logs", () => {
  test.each([{ all: true }, { declared: true }])(
    "%j: read from the engine, no file by path, positions kept",
    async (logs) => {
      expect(await added({ logs })).toEqual({
        variables: {
          DD_LOGS_ENABLED: "true",
          DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL: "false",
          DD_LOGS_CONFIG_DOCKER_CONTAINER_USE_FILE: "false",
          DD_LOGS_CONFIG_OPEN_FILES_LIMIT: "0",
          DD_LOGS_CONFIG_RUN_PATH: "/opt/datadog-agent/run/log-positions",
          DD_LOGS_CONFIG_AUDITOR_TTL: "720",
          DD_LOGS_CONFIG_FORCE_USE_HTTP: "true",
        },
        mounts: [
          {
            type: "bind",
            source: `${generated}/datadog/container_logs.d`,
            target: "/etc/datadog-agent/conf.d/container_logs.d",
            readOnly: true,
          },
          {
            type: "bind",
            source: `${generated}/log-positions`,
            target: "/opt/datadog-agent/run/log-positions",
            readOnly: false,
          },
        ],
      });
    },
  );

  test("their folders are made before the containers, and the generator has the template", async () => {
    const { script } = await hostWith({ logs: { all: true } });
    expect(script).toContain(`\nwritable_folder ${generated}/datadog/container_logs.d 0700\n`);
    expect(script).toContain(`\nwritable_folder ${generated}/log-positions 0700\n`);
    expect(script).toContain("/etc/docker-gen/templates/logs.tmpl");
  });

  test("a variable of the stack does not open files to containers again", async () => {
    const environment = { DD_LOGS_CONFIG_OPEN_FILES_LIMIT: "500", DD_LOGS_CONFIG_DOCKER_CONTAINER_USE_FILE: "true" };
    const { variables } = await hostWith({ logs: { all: true }, agent: { environment } });
    expect(variables["DD_LOGS_CONFIG_OPEN_FILES_LIMIT"]).toBe("0");
    expect(variables["DD_LOGS_CONFIG_DOCKER_CONTAINER_USE_FILE"]).toBe("false");
  });

  test("rotation alone collects nothing", async () => {
    expect(await added({ logs: { maxFiles: 7 } })).toEqual({ variables: {}, mounts: [] });
  });
});

describe("metrics of applications", () => {
  test("over a socket: its sender is known, and no port is open", async () => {
    expect(await added({ dogstatsd: { socket: true } })).toEqual({
      variables: {
        DD_USE_DOGSTATSD: "true",
        DD_DOGSTATSD_PORT: "0",
        DD_DOGSTATSD_NON_LOCAL_TRAFFIC: "false",
        DD_DOGSTATSD_TAG_CARDINALITY: "low",
        DD_DOGSTATSD_SOCKET: "/var/run/datadog/dsd.socket",
        DD_DOGSTATSD_ORIGIN_DETECTION: "true",
      },
      mounts: [sockets],
    });
    const { script } = await hostWith({ dogstatsd: { socket: true } });
    expect(script).toContain(`\nwritable_folder ${generated}/sockets 0755\n`);
  });

  test("over the agent's networks: no socket, and the sender says who it is", async () => {
    expect(await added({ dogstatsd: { network: true, cardinality: "high" }, ...linked })).toMatchObject({
      variables: {
        DD_DOGSTATSD_PORT: "8125",
        DD_DOGSTATSD_NON_LOCAL_TRAFFIC: "true",
        DD_DOGSTATSD_TAG_CARDINALITY: "high",
        DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT: "true",
      },
      mounts: [],
    });
  });
});

const linked = { links: ["backend"] };

describe("traces of applications", () => {
  test("over a socket", async () => {
    expect(await added({ apm: { socket: true } })).toEqual({
      variables: {
        DD_APM_ENABLED: "true",
        DD_APM_RECEIVER_PORT: "0",
        DD_APM_NON_LOCAL_TRAFFIC: "false",
        DD_APM_RECEIVER_SOCKET: "/var/run/datadog/apm.socket",
      },
      mounts: [sockets],
    });
  });

  test("over the agent's networks", async () => {
    expect((await added({ apm: { network: true }, ...linked })).variables).toMatchObject({
      DD_APM_ENABLED: "true",
      DD_APM_RECEIVER_PORT: "8126",
      DD_APM_NON_LOCAL_TRAFFIC: "true",
    });
  });

  test("both sockets are in one folder", async () => {
    expect((await added({ apm: { socket: true }, dogstatsd: { socket: true } })).mounts).toEqual([sockets]);
  });
});

describe("processes", () => {
  test.each([
    [{ live: true }, { DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED: "true", DD_STRIP_PROCESS_ARGS: "true" }],
    [
      { live: true, arguments: true },
      { DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED: "true", DD_STRIP_PROCESS_ARGS: "false" },
    ],
    [{ containers: false }, { DD_PROCESS_CONFIG_CONTAINER_COLLECTION_ENABLED: "false" }],
  ])("%j", async (processes, variables) => {
    expect(await added({ processes })).toEqual({ variables, mounts: [] });
  });
});

describe("a combination of settings that can't work", () => {
  const generation5 = { agent: { generation: 5 } };
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "logs.all",
      { ...generation5, logs: { all: true } },
      /logs\.all: can't be: generation 5 of the agent collects no logs, and host web-1 has generation 5; remove it, or use generation 7/,
    ],
    ["logs.declared", { ...generation5, logs: { declared: true } }, /logs\.declared: can't be: generation 5/],
    [
      "dogstatsd.socket",
      { ...generation5, dogstatsd: { socket: true } },
      /dogstatsd\.socket: can't be: generation 5 of the agent always takes metrics at UDP port 8125/,
    ],
    [
      "dogstatsd.network",
      { ...generation5, dogstatsd: { network: true } },
      /dogstatsd\.network: can't be: generation 5/,
    ],
    ["apm.socket", { ...generation5, apm: { socket: true } }, /apm\.socket: can't be: traces need generation 7/],
    ["apm.network", { ...generation5, apm: { network: true } }, /apm\.network: can't be: traces need generation 7/],
    [
      "processes.live",
      { ...generation5, processes: { live: true } },
      /processes\.live: can't be: live processes and containers need generation 7/,
    ],
    [
      "processes.containers",
      { ...generation5, processes: { containers: true } },
      /processes\.containers: can't be: .* need generation 7/,
    ],
    [
      "a port on the host's addresses",
      { agent: { network: "host" }, dogstatsd: { network: true } },
      /dogstatsd\.network: can't be together with agent: \{ network: host \}: UDP port 8125 would be open at all addresses of host web-1; use dogstatsd: \{ socket: true \}/,
    ],
    [
      "the port of traces on the host's addresses",
      { agent: { network: "host" }, apm: { network: true } },
      /apm\.network: can't be together .*TCP port 8126/,
    ],
    [
      "a port that nobody finds",
      { dogstatsd: { network: true } },
      /dogstatsd\.network: needs a network on which containers find the agent by its name; add one to links/,
    ],
    [
      "the port of traces that nobody finds",
      { apm: { network: true }, networks: ["backend"] },
      /apm\.network: needs a network/,
    ],
    [
      "cardinality without metrics",
      { dogstatsd: { cardinality: "high" } },
      /dogstatsd\.cardinality: has no effect while the agent takes no metrics/,
    ],
    [
      "arguments without processes",
      { processes: { arguments: true } },
      /processes\.arguments: has no effect without live processes/,
    ],
    [
      "a mount in the way",
      { logs: { all: true }, agent: { mounts: [{ source: "/srv", target: "/opt/datadog-agent/run" }] } },
      /agent\.mounts\[0\]\.target: \/opt\/datadog-agent\/run meets \/opt\/datadog-agent\/run\/log-positions/,
    ],
    [
      "a mount over the sockets",
      { apm: { socket: true }, agent: { mounts: [{ source: "/srv", target: "/run/datadog" }] } },
      /agent\.mounts\[0\]\.target: \/run\/datadog meets \/var\/run\/datadog/,
    ],
  ])("%s", async (_, settings, message) => {
    await expect(hostWith(settings)).rejects.toThrow(message);
  });

  test("is reported for the host that sets it", async () => {
    const hosts = [{ ...smallestConfig.hosts[0], logs: { all: true }, agent: { generation: 5 } }];
    await expect(hostWith({ hosts })).rejects.toThrow(/hosts\[0\]\.logs\.all: can't be/);
  });
});
