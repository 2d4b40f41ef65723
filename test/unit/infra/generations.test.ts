import { describe, expect, test } from "vitest";

import { checkFleet } from "../../../infra/fleet/checks";
import { fleetWarnings } from "../../../infra/fleet/warnings";
import { generationOf } from "../../../infra/generations";
import type { GenerationNumber } from "../../../infra/integrations";
import { integrationNames, selectIntegrations } from "../../../infra/integrations";
import type { FleetSettings } from "../../../infra/settings";
import { readSettings } from "../../../infra/settings/read";
import { recordGraph, useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

/** The environment of a host's agent with some settings. */
function environmentOf(generation: GenerationNumber, settings: Record<string, unknown> = {}): Record<string, string> {
  const config = { ...smallestConfig, agent: { generation }, ...settings };
  useStack({ stack: "shop-staging", config });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("no host");
  return generationOf(host).environment(host, selectIntegrations(integrationNames));
}

const proxy = { https: "http://proxy.example:3128", noProxy: ["10.0.0.1", ".internal"] };

test("generation 7 gets a proxy's whole address", () => {
  expect(environmentOf(7, { proxy })).toMatchObject({
    DD_PROXY_HTTPS: "http://proxy.example:3128",
    DD_PROXY_NO_PROXY: "10.0.0.1 .internal",
  });
});

test("generation 5 gets a proxy's host and port", () => {
  expect(environmentOf(5, { proxy })).toMatchObject({
    PROXY_HOST: "proxy.example",
    PROXY_PORT: "3128",
    NO_PROXY: "10.0.0.1,.internal",
  });
});

test.each([5, 7] as const)("generation %i gets no proxy variables without a proxy", (generation) => {
  expect(Object.keys(environmentOf(generation)).filter((name) => name.includes("PROXY"))).toEqual([]);
});

test("generation 5 also collects a container's tags from labels with the tags' names, because it can't rename labels", () => {
  expect(environmentOf(5)["DD_COLLECT_LABELS_AS_TAGS"]).toBe(
    "datadog-hosts.project,datadog-hosts.environment,project,environment",
  );
});

const closed = { DD_SECRET_BACKEND_SKIP_CHECKS: "true", DD_AD_DISABLE_ENV_VAR_RESOLUTION: "true" };

/** The settings of a host whose agent has these. */
function fleetWith(agent: Record<string, unknown>, more: Record<string, unknown> = {}): FleetSettings {
  useStack({ stack: "shop-staging", config: { ...smallestConfig, agent, ...more } });
  return readSettings();
}

describe("the lookup of handles and variables for checks", () => {
  test("is off in generation 7, whatever the stack's variables say, with a warning", async () => {
    expect(environmentOf(7)).toMatchObject(closed);
    const environment = { DD_SECRET_BACKEND_SKIP_CHECKS: "false", DD_AD_DISABLE_ENV_VAR_RESOLUTION: "false" };
    const graph = await recordGraph({ stack: "s", config: { ...smallestConfig, agent: { environment } } });
    const agent = graph.find(({ urn }) => urn.endsWith("::web-1-agent"))?.inputs as { envs: readonly string[] };
    for (const name of Object.keys(closed)) {
      expect(agent.envs.filter((each) => each.startsWith(`${name}=`))).toEqual([`${name}=true`]);
    }
    expect(fleetWarnings(fleetWith({ environment }))).toEqual([
      expect.stringMatching(/^Host web-1: agent\.environment\.DD_SECRET_BACKEND_SKIP_CHECKS has no effect/),
      expect.stringMatching(/^Host web-1: agent\.environment\.DD_AD_DISABLE_ENV_VAR_RESOLUTION has no effect/),
    ]);
  });

  test("a variable that the program sets itself is told, one that it completes is not", () => {
    const environment = { DD_HOSTNAME: "other", DD_IGNORE_AUTOCONF: "kafka", DD_LOG_LEVEL: "warn" };
    const generator = { environment: { DOCKER_HOST: "tcp://192.0.2.1", TZ: "UTC" } };
    expect(fleetWarnings(fleetWith({ environment }, { generator }))).toEqual(
      ["agent.environment.DD_HOSTNAME", "generator.environment.DOCKER_HOST"].map(
        (name) => `Host web-1: ${name} has no effect: the program sets this variable itself; remove it.`,
      ),
    );
  });

  test("a label that the program sets itself is told", () => {
    const labels = { owner: "platform", "datadog-hosts.stack": "other" };
    expect(fleetWarnings(fleetWith({ labels }, { generator: { labels } }))).toEqual(
      ["agent", "generator"].map(
        (role) =>
          `Host web-1: ${role}.labels.datadog-hosts.stack has no effect: the program sets this label itself; remove it.`,
      ),
    );
  });

  test("a root folder that the system empties is told", () => {
    const warning = /^Host web-1: the folder \/var\/tmp\/datadog \(root\) is in one that the system empties/;
    expect(fleetWarnings(fleetWith({}, { root: "/var/tmp/datadog" }))).toEqual([expect.stringMatching(warning)]);
    expect(fleetWarnings(fleetWith({}, { root: "/tmpfiles/datadog" }))).toEqual([]);
  });

  test("a site that is none of Datadog's, unless the data goes elsewhere", () => {
    expect(fleetWarnings(fleetWith({}, { site: "datadoghq.con" }))).toEqual([
      expect.stringMatching(/^Host web-1: datadoghq\.con \(site\) is none of the sites .*datadoghq\.com, .*misspelt/),
    ]);
    for (const further of [{ site: "us5.datadoghq.com" }, { site: "site.example", intake: "https://intake.example" }]) {
      expect(fleetWarnings(fleetWith({}, further))).toEqual([]);
    }
  });

  test("can be turned on for the stack or a host, with a warning", () => {
    expect(environmentOf(7, { agent: { resolveHandles: true } })).not.toHaveProperty("DD_SECRET_BACKEND_SKIP_CHECKS");
    const hosts = [{ ...smallestConfig.hosts[0], agent: { resolveHandles: true } }];
    expect(environmentOf(7, { hosts })).not.toHaveProperty("DD_AD_DISABLE_ENV_VAR_RESOLUTION");
    expect(fleetWarnings(fleetWith({}, { hosts }))).toEqual([
      expect.stringMatching(
        /^Host web-1: with agent\.resolveHandles, .*can get the API key or another container's secrets\.$/,
      ),
    ]);
    expect(fleetWarnings(fleetWith({}))).toEqual([]);
  });
});

describe("an integration that the stack does not list", () => {
  /** The agent's container of a host whose stack lists these integrations. */
  async function agentOf(
    integrations: readonly string[],
    agent: Record<string, unknown> = {},
    more: Record<string, unknown> = {},
  ) {
    const graph = await recordGraph({ stack: "s", config: { ...smallestConfig, integrations, agent, ...more } });
    const { envs, tmpfs = {} } = graph.find(({ urn }) => urn.endsWith("::web-1-agent"))?.inputs as {
      envs: readonly string[];
      tmpfs?: Record<string, string>;
    };
    const ignored = envs.find((each) => each.startsWith("DD_IGNORE_AUTOCONF="))?.split("=")[1] ?? "";
    return { ignored: ignored.split(" "), hidden: Object.keys(tmpfs) };
  }

  test("is not discovered by generation 7 either, whatever its image contains", async () => {
    const { ignored } = await agentOf(["docker"]);
    expect(ignored).toEqual(expect.arrayContaining(["apache", "consul", "elastic", "nginx", "postgres", "redisdb"]));
    expect(ignored).toEqual([...new Set(ignored)].sort());
    expect((await agentOf(["redisdb", "apache"])).ignored).toEqual((await agentOf(["nginx", "postgres"])).ignored);
  });

  test("does not run: the Docker check's folder is hidden", async () => {
    expect((await agentOf(["redisdb"])).hidden).toEqual(["/etc/datadog-agent/conf.d/docker.d"]);
    expect((await agentOf(["docker", "redisdb"])).hidden).toEqual([]);
    expect((await agentOf(["redisdb"], { generation: 5 })).hidden).toEqual([]);
  });

  test("is discovered if the stack turns discovery on, but listed integrations are not", async () => {
    expect(await agentOf(["redisdb"], {}, { discovery: "agent" })).toEqual({ ignored: ["redisdb"], hidden: [] });
  });

  const selecting = /^DD_(CONTAINER|AC)_(IN|EX)CLUDE/;
  const filtersOf = (environment: Record<string, string>): [string, string][] =>
    Object.entries(environment).filter(([name]) => selecting.test(name));

  test("is not ordered by a container's labels either: no container gets a check that the agent discovers", () => {
    expect(filtersOf(environmentOf(7))).toEqual([
      ["DD_CONTAINER_INCLUDE", "name:.* image:.*"],
      ["DD_CONTAINER_EXCLUDE_METRICS", "name:.* image:.*"],
    ]);
    expect(filtersOf(environmentOf(7, { discovery: "agent" }))).toEqual([]);
    expect(fleetWarnings(fleetWith({}, { discovery: "agent" }))).toEqual([
      expect.stringMatching(/^Host web-1: with discovery: agent, any container can order any check/),
    ]);
  });

  test.each([
    "CONTAINER_INCLUDE",
    "CONTAINER_EXCLUDE",
    "CONTAINER_INCLUDE_METRICS",
    "CONTAINER_EXCLUDE_METRICS",
    "AC_INCLUDE",
  ])("can't be let in by the stack's own DD_%s", (name) => {
    const environment = { [`DD_${name}`]: "name:.*" };
    expect(() => checkFleet(fleetWith({ environment }))).toThrow(`agent.environment.DD_${name}`);
    expect(() => checkFleet(fleetWith({ environment }, { discovery: "agent" }))).not.toThrow();
    expect(() => checkFleet(fleetWith({ environment: { DD_CONTAINER_EXCLUDE_LOGS: "name:a" } }))).not.toThrow();
  });

  test("was asked for elsewhere before, and the message says where it is now", () => {
    expect(() => fleetWith({ discovery: true })).toThrow(/agent\.discovery: has moved: write `discovery: agent`/);
  });

  test("may be excluded in addition to those that the program knows", async () => {
    const environment = { DD_IGNORE_AUTOCONF: "some_new_check  redisdb" };
    expect((await agentOf(["docker"], { environment })).ignored).toContain("some_new_check");
    expect((await agentOf(["docker"], { environment }, { discovery: "agent" })).ignored).toEqual([
      ...["docker", "redisdb", "some_new_check"],
    ]);
  });

  test("does not conflict with the user's own mounts", () => {
    const mounts = [{ source: "/srv/docker.d", target: "/etc/datadog-agent/conf.d/docker.d" }];
    expect(() => checkFleet(fleetWith({ mounts }, { integrations: ["redisdb"] }))).toThrow("where the program mounts");
    expect(() => checkFleet(fleetWith({ mounts }, { integrations: ["redisdb"], discovery: "agent" }))).not.toThrow();
  });
});

describe("a variable of the settings that the agent must not get", () => {
  /** The problem with it, as the settings are refused with it; undefined if they are not. */
  function problemWith(
    generation: GenerationNumber,
    environment: Record<string, string>,
    more: Record<string, unknown> = {},
  ): string | undefined {
    try {
      checkFleet(fleetWith({ generation, environment }, more));
      return undefined;
    } catch (error) {
      return (error as Error).message.split("\n")[1]?.trim();
    }
  }

  test.each<[GenerationNumber, string, string, RegExp]>([
    [7, "DD_CONFD_PATH", "/srv/conf.d", /leads the agent away from the generated configs/],
    [7, "DD_SECRET_BACKEND_TYPE", "file.json", /has no effect: .*encrypt single variables/],
    [7, "DD_EXTRA_TAGS", "team:a project:other", /each series would have two of it/],
    [7, "DD_EXTRA_TAGS", '["team:a","Host:other"]', /each series would have two of it/],
    [7, "DD_API_KEY_FILE", "/run/secrets/key", /has no effect: .*encrypt DD_API_KEY \(apiKey in the settings/],
    [7, "DD_LOGS_CONFIG_API_KEY_FILE", "/key", /encrypt DD_LOGS_CONFIG_API_KEY /],
    [7, "dd_tags", "team:a", /has no effect: .*write DD_TAGS$/],
    [7, "Dd_Site", "datadoghq.eu", /has no effect: .*write DD_SITE$/],
    [5, "dd_url", "https://intake.example", /write DD_URL$/],
    [5, "DD_TAGS", "team:a", /has no effect beside the program's TAGS; remove it, and use tags$/],
    [5, "SD_BACKEND", "docker", /what containers order by their labels/],
    [5, "DD_CONF_service_discovery_backend", "docker", /what containers order by their labels/],
    [5, "DD_CONF_HOSTNAME", "other", /would replace what the program sets itself/],
    [5, "DOGSTATSD_ONLY", "yes", /something else than the agent with its configs/],
  ])("in generation %i is refused with the reason: %s=%s", (generation, name, value, why) => {
    expect(problemWith(generation, { [name]: value })).toMatch(why);
    expect(problemWith(generation, { [name]: value })).toMatch(`datadog-hosts:agent.environment.${name}: `);
  });

  test("is refused only where the settings make it one", () => {
    const address = { DD_URL: "https://intake.example" };
    expect(problemWith(7, address, { intake: "https://other.example" })).toMatch(/has no effect beside intake/);
    const others = { DD_LOG_LEVEL: "warn", HTTP_PROXY: "http://proxy.example:3128", no_proxy: "10.0.0.1" };
    const allowed = { ...address, ...others, DD_EXTRA_TAGS: "team:a myproject:b", DD_ADDITIONAL_CHECKSD: "/srv" };
    expect(problemWith(7, allowed, { integrations: ["redisdb"] })).toBeUndefined();
    expect(problemWith(5, { ...address, ...others, DD_CONF_use_mount: "yes" })).toBeUndefined();
    expect(problemWith(5, { SD_BACKEND: "docker" }, { discovery: "agent" })).toBeUndefined();
  });
});

describe("an intake", () => {
  const intake = "https://intake.example:8443/";

  test("gets everything that generation 7 sends, and data that can't be sent there is off", () => {
    const told = environmentOf(7, { intake });
    const addresses = Object.entries(told).filter(([name]) => name.endsWith("_URL"));
    expect(addresses.length).toBeGreaterThan(6);
    for (const [name, address] of addresses) expect(address, name).toMatch(/^(https:\/\/)?intake\.example:8443(\/|$)/);
    for (const feature of ["CONTAINER_LIFECYCLE", "CONTAINER_IMAGE", "AGENT_TELEMETRY", "REMOTE_CONFIGURATION"]) {
      expect(told[`DD_${feature}_ENABLED`]).toBe("false");
    }
    expect(told["DD_LOGS_CONFIG_LOGS_NO_SSL"]).toBe("false");
  });

  test.each([
    ["http://intake.example", "intake.example:80", "true"],
    ["https://intake.example", "intake.example:443", "false"],
    ["http://[2001:db8::1]:8080", "[2001:db8::1]:8080", "true"],
  ])("of %s gets logs at %s", (address, logs, plain) => {
    expect(environmentOf(7, { intake: address })).toMatchObject({
      DD_LOGS_CONFIG_LOGS_DD_URL: logs,
      DD_LOGS_CONFIG_LOGS_NO_SSL: plain,
    });
  });

  test("does not keep a stack from sending one kind of data elsewhere", () => {
    const environment = { DD_CONTAINER_LIFECYCLE_ENABLED: "true", DD_APM_DD_URL: "https://traces.example" };
    const told = environmentOf(7, { intake, agent: { environment } });
    expect(Object.keys(environment).filter((name) => name in told)).toEqual([]);
    expect(told["DD_DD_URL"]).toBe(intake);
  });

  test("that is not set changes nothing", () => {
    expect(Object.keys(environmentOf(7)).filter((name) => /_URL$|_ENABLED$/.test(name))).toEqual([]);
  });
});

describe("the warning that generation 5 follows redirects", () => {
  test("is reported once for all hosts that monitor web servers", () => {
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINvAroFyNerM4P7GOlJFeYQmqoj9VhNouqHu2Mr6XCNK";
    const hosts = [...smallestConfig.hosts, { name: "web-2", address: "192.0.2.11", hostKey: key }];
    expect(fleetWarnings(fleetWith({ generation: 5 }, { hosts, integrations: ["nginx", "redisdb"] }))).toEqual([
      expect.stringMatching(/^Hosts web-1, web-2: generation 5 of the agent follows redirects in its checks of nginx:/),
    ]);
  });

  test("is not reported without web servers", () => {
    expect(fleetWarnings(fleetWith({ generation: 5 }, { integrations: ["docker", "redisdb"] }))).toEqual([]);
  });
});

describe("an agent's image", () => {
  test.each([
    "gcr.io/datadoghq/agent:7.40.1",
    "datadog/agent:7.20.0-jmx",
    "registry.example:5000/agent:6.30",
    `datadog/agent:7.29.0@sha256:${"0".repeat(64)}`,
  ])("that is too old is refused with what it can't do: %s", (image) => {
    expect(() => checkFleet(fleetWith({ image }))).toThrow(
      `datadog-hosts:agent.image: ${image} is too old: before 7.41 the agent does not notice changed configs, before 7.32 it can't read its key from a file, and before 7.30 it gives its secrets to any container that asks; choose a newer one`,
    );
  });

  test.each([
    "gcr.io/datadoghq/agent:7.41.0",
    "datadog/agent:6.53.1",
    "datadog/agent:7",
    "datadog/agent:latest",
    "datadog/agent",
    "registry.example:5000/agent",
    `datadog/agent@sha256:${"7".repeat(64)}`,
  ])("that is new enough, or names no version, is taken: %s", (image) => {
    expect(() => checkFleet(fleetWith({ image }))).not.toThrow();
  });

  test("of generation 5 counts its versions by itself", () => {
    expect(() => checkFleet(fleetWith({ generation: 5, image: "datadog/docker-dd-agent:7.1.0" }))).not.toThrow();
  });

  test.each([
    [7, "datadog/docker-dd-agent", 5],
    [7, "registry.example:5000/team/docker-dd-agent:12.7.5274", 5],
    [5, "gcr.io/datadoghq/agent:7", 7],
    [5, "datadog/agent@sha256:0000000000000000000000000000000000000000000000000000000000000000", 7],
  ])("of another generation than %i is refused, with what to set: %s", (generation, image, other) => {
    expect(() => checkFleet(fleetWith({ generation, image }))).toThrow(
      new RegExp(`agent\\.image: ${image} is the agent of generation .*; set agent\\.generation: ${other}`),
    );
  });

  test.each([
    [5, "registry.example/own/agent:7"],
    [7, "registry.example/own/docker-dd-agent-7:1"],
  ])("of whose generation its name says nothing is taken: %i, %s", (generation, image) => {
    expect(() => checkFleet(fleetWith({ generation, image }))).not.toThrow();
  });
});
