import { describe, expect, it } from "vitest";
import { containerFixture, readRecording } from "../../templates/harness";
import { Lab } from "./lab";

/** Renders the containers as JSON, which has every field by its name. */
async function seen(lab: Lab): Promise<Record<string, unknown>[]> {
  const run = await lab.render("{{ json . }}");
  expect(run.exitCode).toBe(0);
  return JSON.parse(run.output) as Record<string, unknown>[];
}

const noAddress6 = { IP6LinkLocal: "", IP6Global: "" };

describe("a container in a template", () => {
  it("has all its fields", async () => {
    const options = {
      name: "redis",
      env: { SERVICE: "redis", URL: "a=b", EMPTY: "", TEXT: " two\n lines " },
      rawEnv: ["BARE"],
      labels: { "com.example.team": "shop" },
      exposedPorts: [6379],
      health: "healthy" as const,
      image: "registry.example:5000/team/redis:7",
      hostname: "cache",
    };
    const container = containerFixture(options);
    const lab = await Lab.open([container]);
    expect(await seen(lab)).toEqual([
      {
        ID: container.id,
        Created: "2026-01-02T03:04:05.678901234Z",
        Addresses: [{ IP: "172.17.0.2", ...noAddress6, Port: "6379", HostPort: "", Proto: "tcp", HostIP: "" }],
        Networks: [
          {
            IP: "172.17.0.2",
            Name: "bridge",
            Aliases: [],
            Gateway: "172.17.0.1",
            EndpointID: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
            IPv6Gateway: "",
            GlobalIPv6Address: "",
            MacAddress: "02:42:ac:11:00:02",
            GlobalIPv6PrefixLen: 0,
            IPPrefixLen: 16,
            Internal: false,
          },
        ],
        Gateway: "172.17.0.1",
        Name: "redis",
        Hostname: "cache",
        NetworkMode: "default",
        Image: { Registry: "registry.example:5000", Repository: "team/redis", Tag: "7" },
        Env: { SERVICE: "redis", URL: "a=b", EMPTY: "", TEXT: " two\n lines ", BARE: "" },
        Volumes: {},
        Node: {
          ID: "",
          Name: "",
          Address: { IP: "", ...noAddress6, Port: "", HostPort: "", Proto: "", HostIP: "" },
        },
        Labels: { "com.example.team": "shop" },
        IP: "172.17.0.2",
        ...noAddress6,
        Mounts: null,
        State: { Running: true, Health: { Status: "healthy" } },
      },
    ]);
  });

  it("has its mounts", async () => {
    const container = containerFixture({ name: "redis" });
    const mount = { Name: "data", Source: "/var/lib/x", Destination: "/data", Driver: "local", Mode: "z", RW: true };
    container.inspect["Mounts"] = [{ Type: "volume", ...mount, Propagation: "" }];
    const lab = await Lab.open([container]);
    expect((await seen(lab))[0]?.["Mounts"]).toEqual([mount]);
  });

  it.each([
    ["redis", "|redis|"],
    ["redis:7", "|redis|7"],
    ["team/redis:7", "team|redis|7"],
    ["host:5000/a/b", "host:5000|a/b|"],
    ["redis@sha256:abc", "|redis@sha256|abc"],
  ])("has the image %s in parts, everything before the first slash as registry", async (image, parts) => {
    const lab = await Lab.open([containerFixture({ name: "a", image })]);
    const template = "{{ with .Image }}{{ .Registry }}|{{ .Repository }}|{{ .Tag }} {{ .String }}{{ end }}";
    expect((await lab.render(`{{ range . }}${template}{{ end }}`)).output).toBe(`${parts} ${image}`);
  });

  it("has its addresses by port number, then protocol, and only the first binding of a published port", async () => {
    const container = containerFixture({
      name: "web",
      exposedPorts: ["8080/tcp", "80/udp", "443/tcp", "9/tcp"],
      publishedPorts: { "80/tcp": { hostPort: "18080", hostIp: "127.0.0.1" } },
    });
    const lab = await Lab.open([container]);
    const run = await lab.render(
      "{{ range . }}{{ range .Addresses }}{{ .Port }}/{{ .Proto }}={{ .HostIP }}:{{ .HostPort }} {{ end }}{{ end }}",
    );
    expect(run.output).toBe("9/tcp=: 80/tcp=127.0.0.1:18080 80/udp=: 443/tcp=: 8080/tcp=: ");
  });

  it("has its networks by name, each with its own address, aliases, and whether it is internal", async () => {
    const container = containerFixture({
      name: "web",
      networks: {
        zone: { ip: "10.0.2.2", internal: true },
        bridge: { ip: "172.17.0.9" },
        apps: { ip: "10.0.1.2", ipv6: "fd00::2", aliases: ["www"] },
      },
    });
    const lab = await Lab.open([container]);
    const run = await lab.render(
      "{{ range . }}{{ range .Networks }}{{ .Name }}={{ .IP }}/{{ .GlobalIPv6Address }}/{{ .Aliases }}/{{ .Internal }} {{ end }}{{ end }}",
    );
    expect(run.output).toBe(
      `apps=10.0.1.2/fd00::2/[www ${container.id.slice(0, 12)}]/false bridge=172.17.0.9//[]/false zone=10.0.2.2//[${container.id.slice(0, 12)}]/true `,
    );
  });

  it.each([
    [
      "default bridge of engine 20.10",
      containerFixture({ name: "a", exposedPorts: [80] }),
      "172.17.0.2|172.17.0.1|172.17.0.2",
    ],
    [
      "default bridge of engine 26.1",
      containerFixture({ name: "a", exposedPorts: [80] }, "26.1"),
      "172.17.0.2|172.17.0.1|172.17.0.2",
    ],
    ["default bridge of engine 29", containerFixture({ name: "a", exposedPorts: [80] }, "29"), "||"],
    [
      "network of a user",
      containerFixture({ name: "a", exposedPorts: [80], networks: { apps: { ip: "10.0.0.2", gateway: "10.0.0.1" } } }),
      "||",
    ],
  ])("has .IP, .Gateway and the addresses' .IP of the default bridge alone: %s", async (_, container, expected) => {
    const lab = await Lab.open([container]);
    const run = await lab.render("{{ range . }}{{ .IP }}|{{ .Gateway }}|{{ (index .Addresses 0).IP }}{{ end }}");
    expect(run.output).toBe(expected);
  });

  it("that does not run, or whose network maps no port, has the exposed ports for addresses", async () => {
    const containers = [
      containerFixture({ name: "stopped", exposedPorts: [6379], running: false }),
      containerFixture({
        name: "internal",
        exposedPorts: [6379],
        networks: { back: { ip: "10.0.0.2", internal: true } },
      }),
      containerFixture({ name: "host", exposedPorts: [6379], networkMode: "host" }),
      containerFixture({ name: "bare" }),
    ];
    const lab = await Lab.open(containers);
    const run = await lab.render(
      "{{ range . }}{{ .Name }}={{ range .Addresses }}[{{ .IP }}]:{{ .Port }}{{ end }} {{ end }}",
    );
    expect(run.output).toBe("stopped=[]:6379 internal=[]:6379 host=[]:6379 bare= ");
  });

  it("whose labels and environment the engine answers with null has empty ones", async () => {
    const lab = await Lab.open([containerFixture({ name: "a", labels: null })]);
    const run = await lab.render('{{ range . }}{{ len .Env }} {{ len .Labels }} {{ index .Labels "x" }}.{{ end }}');
    expect(run.output).toBe("0 0 .");
  });

  it("comes in the order of the engine's list", async () => {
    const lab = await Lab.open(["b", "c", "a"].map((name) => containerFixture({ name })));
    expect((await lab.render("{{ range . }}{{ .Name }}{{ end }}")).output).toBe("bca");
  });

  it("is read from a real engine's answers", async () => {
    const lab = await Lab.open();
    Object.assign(lab.engine.answers, readRecording("debian-12-engine-20.10"));
    const run = await lab.render(
      '{{ range sortObjectsByKeysAsc . "Name" }}{{ .Name }} {{ .State.Running }} {{ .NetworkMode | trunc 9 }} {{ len .Networks }} {{ range .Addresses }}{{ .Port }} {{ end }}{{ .State.Health.Status }}\n{{ end }}',
    );
    expect(run.output.split("\n")).toEqual([
      "specimen-bridge true default 1 6379 ",
      "specimen-checked true default 1 6379 healthy",
      "specimen-created false default 1 6379 ",
      "specimen-dual true specimen- 1 11211 ",
      "specimen-exited false default 1 6379 ",
      "specimen-host true host 1 6379 ",
      "specimen-internal true specimen- 1 5432 ",
      "specimen-isolated true none 1 ",
      "specimen-joined true container 0 ",
      "specimen-network true specimen- 1 53 80 8080 ",
      "specimen-two-networks true default 2 6379 ",
      "",
    ]);
  });
});

describe("the root of a template", () => {
  it("has the generator's own environment", async () => {
    const lab = await Lab.open();
    expect((await lab.render("{{ .Env.COLOUR }} {{ $.Env.COLOUR }}", { COLOUR: "red" })).output).toBe("red red");
  });

  it("has the engine", async () => {
    const lab = await Lab.open([containerFixture({ name: "a" })]);
    expect(JSON.parse((await lab.render("{{ json .Docker }}")).output)).toEqual({
      Name: "fixture-host",
      NumContainers: 1,
      NumImages: 1,
      Version: "20.10.24",
      ApiVersion: "1.41",
      GoVersion: "go1.19.8",
      OperatingSystem: "linux",
      Architecture: "amd64",
      CurrentContainerID: expect.any(String) as unknown,
    });
  });

  it("prints <no value> for a key that a map does not have", async () => {
    const lab = await Lab.open([containerFixture({ name: "a" })]);
    expect((await lab.render("{{ range . }}{{ .Env.NONE }}{{ end }}")).output).toBe("<no value>");
  });
});
