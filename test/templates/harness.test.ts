import { describe, expect, it } from "vitest";
import { containerFixture, type EngineVersion, engineAnswers, readRecording, runGenerator } from "./harness";

const configuration =
  (watch: boolean, filter = "") =>
  (root: string): string =>
    `[[config]]\ntemplate = "${root}/list.tmpl"\ndest = "${root}/generated/list"\nwatch = ${watch}\n${filter}\n`;
const runningOnly = '[config.ContainerFilter]\nstatus = ["running"]';
const listTemplate = `{{ range . }}
{{ .Name }} ip={{ .IP }}{{ range .Networks }} {{ .Name }}={{ .IP }}/{{ .GlobalIPv6Address }}{{ end }} ports={{ range .Addresses }}{{ .Port }}/{{ .Proto }},{{ end }} {{ .Env.SERVICE }}
{{ end }}`;

const list = (watch: boolean, filter?: string) => ({
  files: { "docker-gen.cfg": configuration(watch, filter), "list.tmpl": listTemplate },
  folders: ["generated"],
});

describe("runGenerator", () => {
  it("returns the files that were written, the log and the exit code", async () => {
    const redis = containerFixture({ name: "redis", env: { SERVICE: "redis" }, exposedPorts: [6379, "53/udp"] });
    const result = await runGenerator({ ...list(false), containers: [redis] });
    expect(result).toEqual({
      files: { "generated/list": "redis ip=172.17.0.2 bridge=172.17.0.2/ ports=53/udp,6379/tcp, redis\n" },
      log: "Generated '<root>/generated/list' from 1 containers\n",
      exitCode: 0,
    });
  });

  it("stops a watching generator once everything is rendered", async () => {
    const result = await runGenerator({ ...list(true), containers: [containerFixture({ name: "redis" })] });
    expect(result.exitCode).toBe(0);
    expect(Object.keys(result.files)).toEqual(["generated/list"]);
    expect(result.log).toContain("Watching docker events");
  });

  it("returns the error of a template that cannot be executed", async () => {
    const files = { ...list(false).files, "list.tmpl": "{{ range . }}{{ .Nothing }}{{ end }}" };
    const result = await runGenerator({ files, folders: ["generated"], containers: [containerFixture({ name: "a" })] });
    expect(result.exitCode).toBe(1);
    expect(result.files).toEqual({});
    expect(result.log).toMatch(/^Template error: .*Nothing/);
  });

  it("lists stopped containers only if no filter excludes them", async () => {
    const containers = [containerFixture({ name: "up" }), containerFixture({ name: "down", running: false })];
    const all = await runGenerator({ ...list(false), containers });
    const running = await runGenerator({ ...list(false, runningOnly), containers });
    expect(all.files["generated/list"]).toBe("up ip=172.17.0.2 bridge=172.17.0.2/ ports= <no value>\ndown ip= bridge=/ ports= <no value>\n");
    expect(running.files["generated/list"]).toBe("up ip=172.17.0.2 bridge=172.17.0.2/ ports= <no value>\n");
  });
});

describe("containerFixture", () => {
  const engines: EngineVersion[] = ["20.10", "26.1", "29"];

  it.each(engines)("leaves the top-level address of the default bridge out on engine 29 only: %s", async (engine) => {
    const container = containerFixture({ name: "redis", exposedPorts: [6379] }, engine);
    const result = await runGenerator({ ...list(false), containers: [container] });
    const address = engine === "29" ? "" : "172.17.0.2";
    expect(result.files["generated/list"]).toBe(
      `redis ip=${address} bridge=172.17.0.2/ ports=6379/tcp, <no value>\n`,
    );
  });

  it("has the addresses of several networks by name, and none at the top level outside of the default bridge", async () => {
    const container = containerFixture({
      name: "web",
      networks: { front: { ip: "10.0.1.2" }, apps: { ipv6: "fd00::2" } },
    });
    const result = await runGenerator({ ...list(false), containers: [container] });
    expect(result.files["generated/list"]).toBe("web ip= apps=/fd00::2 front=10.0.1.2/ ports= <no value>\n");
  });

  it("is refused among containers of another engine", () => {
    const containers = [containerFixture({ name: "a" }), containerFixture({ name: "b" }, "29")];
    expect(() => engineAnswers(containers)).toThrow("container b was built for engine 29, the others for 20.10");
  });

  // What a fixture has must be what the real engine answered for the same container, wherever the fixture has it.
  const alike: [specimen: string, options: Parameters<typeof containerFixture>[0]][] = [
    [
      "specimen-bridge",
      { name: "", exposedPorts: [6379], networks: { bridge: { ip: "172.17.0.2", gateway: "172.17.0.1" } } },
    ],
    [
      "specimen-network",
      {
        name: "",
        exposedPorts: ["8080/tcp", "53/udp"],
        publishedPorts: { "80/tcp": { hostPort: "18080", hostIp: "127.0.0.1" } },
        networks: { "specimen-apps": { ip: "10.211.1.2", gateway: "10.211.1.1", aliases: ["web"] } },
      },
    ],
    [
      "specimen-two-networks",
      {
        name: "",
        exposedPorts: [6379],
        networks: {
          bridge: { ip: "172.17.0.2", gateway: "172.17.0.1" },
          "specimen-apps": { ip: "10.211.1.2", gateway: "10.211.1.1", aliases: ["cache", "cache-1"] },
        },
      },
    ],
    [
      "specimen-internal",
      {
        name: "",
        exposedPorts: [5432],
        networks: { "specimen-internal": { ip: "10.211.2.2", gateway: "10.211.2.1", internal: true } },
      },
    ],
    [
      "specimen-dual",
      {
        name: "",
        exposedPorts: [11211],
        networks: {
          "specimen-dual": {
            ip: "10.211.3.2",
            gateway: "10.211.3.1",
            ipv6: "fd00:d00d:3::2",
            ipv6Gateway: "fd00:d00d:3::1",
          },
        },
      },
    ],
    ["specimen-host", { name: "", exposedPorts: [6379], networkMode: "host" }],
    ["specimen-joined", { name: "", networkMode: `container:${"f".repeat(64)}` }],
    ["specimen-isolated", { name: "", networkMode: "none" }],
    ["specimen-checked", { name: "", exposedPorts: [6379], health: "healthy" }],
    ["specimen-exited", { name: "", exposedPorts: [6379], running: false }],
    ["specimen-created", { name: "", exposedPorts: [6379], state: "created" }],
  ];

  describe.each([
    ["debian-12-engine-20.10", "20.10"],
    ["debian-13-engine-26.1", "26.1"],
  ] as const)("of the engine recorded as %s", (recording, engine) => {
    const { containers } = readRecording(recording);

    it.each(alike)("answers for %s like the real one", (specimen, options) => {
      const real = containers.find(({ summary }) => (summary["Names"] as string[])[0] === `/${specimen}`);
      const fixture = containerFixture({ ...options, name: specimen }, engine);
      expect(shape(fixture.inspect)).toEqual(shape(pick(real?.inspect, fixture.inspect)));
      expect(shape(fixture.summary)).toEqual(shape(pick(real?.summary, fixture.summary)));
    });
  });
});

/** Reduces a value to what a pattern has: the same keys, at every depth. */
function pick(value: unknown, pattern: unknown): unknown {
  if (!isObject(value) || !isObject(pattern)) {
    return value;
  }
  return Object.fromEntries(Object.keys(pattern).map((key) => [key, pick(value[key], pattern[key])]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What differs from one container or machine to the next, and is of no account. */
const incidental = new Set(
  ["Id", "Image", "ImageID", "Command", "Created", "Status", "Labels", "Env", "Hostname", "Mounts"].concat(
    ["Pid", "ExitCode", "FailingStreak", "Log"],
  ),
);

/** Takes away what is incidental and replaces ids and addresses by their kind. */
function shape(value: unknown): unknown {
  if (typeof value === "string") {
    return value
      .replace(/[0-9a-f]{12,64}/g, "<id>")
      .replace(/^\d+\.\d+\.\d+\.\d+$/, "<address>")
      .replace(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, "<mac>");
  }
  if (Array.isArray(value)) {
    return value.map(shape);
  }
  if (!isObject(value)) {
    return value;
  }
  const kept = Object.entries(value).filter(([key]) => !incidental.has(key) && !key.endsWith("PrefixLen"));
  return Object.fromEntries(kept.map(([key, child]) => [key, shape(child)]));
}

describe("recordings", () => {
  it.each(["debian-12-engine-20.10", "debian-13-engine-26.1"])("replay what a real engine answered: %s", async (name) => {
    const result = await runGenerator({ ...list(false, runningOnly), containers: readRecording(name) });
    const lines = result.files["generated/list"]?.trim().split("\n") ?? [];
    expect(lines).toHaveLength(9);
    const bridge = /^specimen-bridge ip=172\.17\.\S+ bridge=172\.17\.\S+ ports=6379\/tcp, redis$/;
    expect(lines).toContainEqual(expect.stringMatching(bridge));
    expect(lines).toContainEqual(expect.stringMatching(/^specimen-joined ip= ports= /));
    expect(lines).toContainEqual(expect.stringMatching(/^specimen-host ip= host=\/ ports=6379\/tcp, /));
  });
});

describe("FakeEngine", () => {
  it.each([
    ['name = ["^web$"]', ["web"]],
    ['name = ["web"]', ["web", "web-2"]],
    ['status = ["paused", "exited"]', ["web-2", "off"]],
    ['label = ["tier=front"]', ["web", "web-2"]],
    ['label = ["tier=front", "team"]', ["web"]],
    ['network = ["apps"]', ["off"]],
    ['expose = ["1-100"]', ["web"]],
    ['publish = ["8080/tcp"]', ["web-2"]],
    ['health = ["healthy"]', ["web"]],
    ['status = ["running"]\nlabel = ["tier"]', ["web"]],
  ])("honours the filter %s", async (filter, names) => {
    const containers = [
      containerFixture({ name: "web", labels: { tier: "front", team: "a" }, exposedPorts: [80], health: "healthy" }),
      containerFixture({
        name: "web-2",
        labels: { tier: "front" },
        state: "paused",
        publishedPorts: { "8080/tcp": { hostPort: "18080" } },
      }),
      containerFixture({ name: "off", running: false, networks: { apps: { ip: "10.0.0.2" } } }),
    ];
    const result = await runGenerator({ ...list(false, `[config.ContainerFilter]\n${filter}`), containers });
    const listed = (result.files["generated/list"] ?? "").trim().split("\n");
    expect(listed.map((line) => line.split(" ")[0])).toEqual(names);
  });

  it("refuses a filter that engines do not have", async () => {
    const filter = '[config.ContainerFilter]\ncolour = ["red"]';
    const result = await runGenerator({ ...list(false, filter), containers: [] });
    expect(result.log).toMatch(/Error listing containers: .*invalid filter 'colour'/);
  });
});
