import { describe, expect, test } from "vitest";

import { containerFixture } from "./harness";
import { renderConfigs } from "./render-configs";

type Options = Omit<Parameters<typeof containerFixture>[0], "name">;

/** A Redis container as most are: on the default bridge, one port. */
const redis = (options: Options = {}) =>
  containerFixture({ name: "redis", exposedPorts: [6379], ...options, env: { SERVICE: "redis", ...options.env } });

const neighbour = containerFixture({
  name: "neighbour",
  env: { SERVICE: "redis", PROJECT: "blog", ENVIRONMENT: "test" },
  exposedPorts: [6379],
  networks: { bridge: { ip: "172.17.0.99" } },
});
const neighboursInstance = { host: "172.17.0.99", port: 6379, tags: ["project:blog", "environment:test"] };

/** The instance of one container, next to a neighbour that must come out untouched. */
async function instanceOf(container: ReturnType<typeof redis>): Promise<Record<string, unknown> | undefined> {
  const instances = (await renderConfigs([container, neighbour])).instances("redisdb") ?? [];
  expect(instances).toContainEqual(neighboursInstance);
  const others = instances.filter(({ host }) => host !== neighboursInstance.host);
  expect(others.length).toBeLessThanOrEqual(1);
  return others[0];
}

describe("the port of a container", () => {
  test.each<[string, Options, number]>([
    ["that exposes none is Redis's own", { exposedPorts: [] }, 6379],
    ["that exposes one is that one", { exposedPorts: [7000] }, 7000],
    ["that exposes two is Redis's own", { exposedPorts: [7000, 7001] }, 6379],
    ["that exposes one by TCP and one by UDP is that by TCP", { exposedPorts: [7000, "7001/udp"] }, 7000],
    ["whose VIRTPORT names an exposed one is that one", { exposedPorts: [7000, 7001], env: { VIRTPORT: "7001" } }, 7001],
    ["whose VIRTPORT names another is that one", { exposedPorts: [7000, 7001], env: { VIRTPORT: "7002" } }, 7002],
    ["whose VIRTPORT stands between blanks is that one", { exposedPorts: [7000, 7001], env: { VIRTPORT: " 7001\r\n" } }, 7001],
    ["whose VIRTPORT is no number is Redis's own", { exposedPorts: [7000, 7001], env: { VIRTPORT: "7001x" } }, 6379],
    ["whose VIRTPORT is out of range is the exposed one", { exposedPorts: [7000], env: { VIRTPORT: "65536" } }, 7000],
    ["whose only exposed one is not VIRTPORT is VIRTPORT", { exposedPorts: [7000], env: { VIRTPORT: "07001" } }, 7001],
    ["whose label names another than VIRTPORT is the label's", { exposedPorts: [1, 2], env: { VIRTPORT: "1" }, labels: { "datadog-hosts.port": "2" } }, 2],
  ])("%s", async (_, options, port) => {
    expect((await instanceOf(redis(options)))?.["port"]).toBe(port);
  });
});

test("a container with tens of thousands of ports keeps no rendering busy", async () => {
  const many = Array.from({ length: 30_000 }, (_, place) => 20_000 + place);
  expect((await instanceOf(redis({ exposedPorts: many })))?.["port"]).toBe(6379);
}, 60_000);

describe("CONNECTION", () => {
  test.each<[string, string, { db?: number; password?: string }]>([
    ["with one part is the database", "3", { db: 3 }],
    ["with two parts is database and password", "3,secret", { db: 3, password: "secret" }],
    ["with three parts is a password with a comma", "0,a,b", { db: 0, password: "a,b" }],
    ["that is empty is neither", "", {}],
    ["with an empty database is the password alone", ",secret", { password: "secret" }],
    ["with an empty password is the database alone", "1,", { db: 1 }],
    ["whose database is no number is the password alone", "first,secret", { password: "secret" }],
    ["with a password of quotes and colons keeps it", `0,": '#{{\\`, { db: 0, password: `": '#{{\\` }],
    ["with a password like a number keeps it a text", "0,0123", { db: 0, password: "0123" }],
    ["with control characters in the password keeps them", "0,\u007f\u0085\u009f", { db: 0, password: "\u007f\u0085\u009f" }],
  ])("%s", async (_, connection, expected) => {
    const { db, password } = (await instanceOf(redis({ env: { CONNECTION: connection } }))) ?? {};
    expect({ db, password }).toEqual({ db: undefined, password: undefined, ...expected });
  });
});

describe("tags", () => {
  test.each([
    `"quoted" 'text'`,
    "two\nlines",
    "tab\tand\rreturn",
    "#no comment",
    "key: value",
    "{{ .Name }}",
    "<no value>",
    "😀 é ü",
    "x".repeat(1_900),
    "12",
    "0x1F",
    "1e3",
    "2016-03-04",
    "true",
    "no",
    "null",
    "~",
    "- item",
    "[1, 2]",
    "&anchor *alias",
    "!!int 3",
    "%YAML",
    "#!file docker.d/docker.yaml",
    "x\n#!file docker.d/docker.yaml\ninit_config:",
    "\u007f\u0080\u0085\u2028\ufeff\ufffe",
  ])("stay texts, whatever they are: %j", async (value) => {
    const instance = await instanceOf(redis({ env: { PROJECT: value, ENVIRONMENT: value } }));
    expect(instance?.["tags"]).toEqual([`project:${value}`, `environment:${value}`]);
  });

  test("are the stack's if a container declares none, or empty ones", async () => {
    expect((await instanceOf(redis({ env: { PROJECT: "", ENVIRONMENT: " \r\n" } })))?.["tags"]).toEqual(["project:shop", "environment:staging"]);
  });

  test("by label win over those by environment variable", async () => {
    const labels = { "datadog-hosts.project": "label", "datadog-hosts.environment": "label" };
    const instance = await instanceOf(redis({ env: { PROJECT: "variable", ENVIRONMENT: "variable" }, labels }));
    expect(instance?.["tags"]).toEqual(["project:label", "environment:label"]);
  });
});

describe("which containers get an instance", () => {
  test("one that asks by label", async () => {
    expect(await instanceOf(redis({ env: { SERVICE: "other" }, labels: { "datadog-hosts.service": "redis" } }))).toBeDefined();
  });

  test("one that asks for several", async () => {
    expect(await instanceOf(redis({ env: { SERVICE: "nginx, redis" } }))).toBeDefined();
  });

  test.each(["Redis", '"redis"', "'redis'", "redis\r", "nginx,\tREDIS "])("one that says %j", async (service) => {
    expect(await instanceOf(redis({ env: { SERVICE: service } }))).toBeDefined();
  });

  test.each(["", "redis2", "rediss", "datadog", "re'dis"])("none that says %j", async (service) => {
    expect(await instanceOf(redis({ env: { SERVICE: service } }))).toBeUndefined();
  });

  test("none that is stopped", async () => {
    expect(await instanceOf(redis({ running: false }))).toBeUndefined();
  });

  test("none that has no labels and no environment at all", async () => {
    const bare = containerFixture({ name: "bare", labels: null, rawEnv: ["NOTHING"] });
    expect(await instanceOf(bare)).toBeUndefined();
  });
});

test("generation 5 knows no users", async () => {
  const { instances } = await renderConfigs([redis({ env: { CONNECTION: "0,pw", CONNECTION_USERNAME: "watcher" } })], { generation: 5 });
  expect(instances("redisdb")).toMatchObject([{ db: 0, password: "pw" }]);
  expect(instances("redisdb")?.[0]).not.toHaveProperty("username");
});

test("a user and a password file are no part of CONNECTION", async () => {
  const instance = await instanceOf(redis({ env: { CONNECTION: "0, pw\r\n", CONNECTION_USERNAME: "watcher " } }));
  expect(instance).toMatchObject({ db: 0, username: "watcher", password: "pw" });
});

describe("the address of a container", () => {
  const networks = { bridge: { ip: "172.17.0.5" }, backend: { ip: "172.20.0.5" }, other: { ip: "172.21.0.5" } };

  test.each(["20.10", "26.1", "29"] as const)("is that on a network that the agent is on too, on engine %s", async (engine) => {
    const container = containerFixture({ name: "redis", env: { SERVICE: "redis" }, networks: { backend: networks.backend } }, engine);
    const { instances } = await renderConfigs([container], { networks: ["backend"] });
    expect(instances("redisdb")).toMatchObject([{ host: "172.20.0.5" }]);
  });

  test("is the one on the default bridge if there are several", async () => {
    expect((await instanceOf(redis({ networks })))?.["host"]).toBe("172.17.0.5");
  });

  test("follows the networks that the agent is really on", async () => {
    const agent = (names: Record<string, { ip: string }>) =>
      containerFixture({ name: "dd-agent", labels: { "datadog-hosts.role": "agent" }, networks: names });
    const container = redis({ networks });
    const addressWith = async (...others: ReturnType<typeof redis>[]): Promise<unknown> =>
      (await renderConfigs([container, ...others], { networks: ["backend"] })).instances("redisdb")?.[0]?.["host"];
    expect(await addressWith()).toBe("172.17.0.5");
    expect(await addressWith(agent({ bridge: { ip: "172.17.0.2" }, backend: { ip: "172.20.0.2" } }))).toBe("172.17.0.5");
    expect(await addressWith(agent({ backend: { ip: "172.20.0.2" }, other: { ip: "172.21.0.2" } }))).toBe("172.20.0.5");
    expect(await addressWith(agent({ other: { ip: "172.21.0.2" } }))).toBeUndefined();
  });

  test("is an IPv6 address if the network has no other", async () => {
    const instance = await instanceOf(redis({ networks: { bridge: { ipv6: "2001:db8::5" } } }));
    expect(instance?.["host"]).toBe("2001:db8::5");
  });

  test.each<[string, Options]>([
    ["is on another network only", { networks: { other: networks.other } }],
    ["is on the host's network", { networkMode: "host" }],
    ["has no network", { networkMode: "none" }],
  ])("is nothing where it %s: a comment says so, and there is no instance", async (_, options) => {
    const { instances, files } = await renderConfigs([redis(options)]);
    expect(instances("redisdb")).toEqual([]);
    expect(files["redisdb.d/redisdb.yaml"]).toContain('# "redis" has no instance: it shares no network with the agent');
  });
});
