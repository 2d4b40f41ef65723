import { describe, expect, it } from "vitest";
import { containerFixture } from "../../templates/harness";
import { Lab } from "./lab";

const names = "{{ range . }}{{ .Name }} {{ end }}";

describe("command line", () => {
  it("-version prints the version alone", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-version"]);
    expect(run.exitCode).toBe(0);
    expect(run.output).toMatch(/^0\.17\.2\S*\n$/);
    expect(lab.engine.requests).toEqual([]);
  });

  it("without template and configuration prints the usage and ends with status 1", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-watch"]);
    expect(run.exitCode).toBe(1);
    expect(run.log[0]).toBe("Usage: docker-gen [options] template [dest]");
    expect(run.output).toBe("");
  });

  it("ends with status 2 at a flag that it does not know", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-no-such-flag"]);
    expect(run.exitCode).toBe(2);
    expect(run.log[0]).toBe("flag provided but not defined: -no-such-flag");
  });

  it("renders to standard output without a destination, and to a file otherwise", async () => {
    const lab = await Lab.open([containerFixture({ name: "redis" })]);
    const template = lab.write("names.tmpl", names);
    expect(await lab.run([template])).toEqual({ exitCode: 0, log: [], output: "redis " });
    const run = await lab.run([template, lab.path("names")]);
    expect(run).toEqual({ exitCode: 0, log: [`Generated '${lab.path("names")}' from 1 containers`], output: "" });
    expect(lab.read("names")).toBe("redis ");
  });

  it.each([
    [[], { status: ["running"] }],
    [["-include-stopped"], { status: ["created", "restarting", "running", "removing", "paused", "exited", "dead"] }],
    [["-container-filter", "status=paused", "-include-stopped"], { status: ["paused"] }],
    [["-container-filter", "label=a=b"], { label: ["a=b"], status: ["running"] }],
    [["-container-filter", "no-pair"], { status: ["running"] }],
    [["-only-exposed"], { status: ["running"], expose: ["1-65535"] }],
    [["-only-published", "-only-exposed"], { status: ["running"], publish: ["1-65535"] }],
    [["-only-exposed", "-container-filter", "expose=80"], { status: ["running"], expose: ["80"] }],
    [["-only-published", "-container-filter", "publish=80"], { status: ["running"], publish: ["80"] }],
  ])("lists all containers with the filters of %j", async (args, filters) => {
    const lab = await Lab.open();
    await lab.run([...args, lab.write("names.tmpl", names)]);
    const query = lab.engine.requests.find(({ path }) => path === "/containers/json")?.query;
    expect(query?.["all"]).toBe("1");
    expect(JSON.parse(query?.["filters"] ?? "")).toEqual(filters);
  });

  it("takes container filters from the environment if the command line has none", async () => {
    const lab = await Lab.open([containerFixture({ name: "redis" }), containerFixture({ name: "web" })]);
    const template = lab.write("names.tmpl", names);
    const env = { DOCKER_CONTAINER_FILTERS: "name=web, status=running" };
    expect((await lab.run([template], env)).output).toBe("web ");
    expect((await lab.run(["-container-filter", "name=redis", template], env)).output).toBe("redis ");
  });

  it("prefers -endpoint to DOCKER_HOST", async () => {
    const lab = await Lab.open([containerFixture({ name: "redis" })]);
    const args = ["-endpoint", lab.engine.endpoint, lab.write("names.tmpl", names)];
    expect((await lab.run(args, { DOCKER_HOST: "unix:///nowhere/docker.sock" })).output).toBe("redis ");
  });

  it("ends with status 1 at an endpoint of an unknown kind", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-endpoint", "ftp://somewhere", lab.write("names.tmpl", names)]);
    expect(run.exitCode).toBe(1);
    expect(run.log[0]).toMatch(/^Error creating generator: bad endpoint: /);
  });

  it("notifies, by its flags, after the first render", async () => {
    const lab = await Lab.open([containerFixture({ name: "agent" }), containerFixture({ name: "other" })]);
    const notify = ["-notify-sighup", "agent", "-notify-container", "other", "-notify-signal", "10"];
    const command = ["-notify", "echo told", "-notify-output"];
    const run = await lab.run([...notify, ...command, lab.write("names.tmpl", names), lab.path("names")]);
    expect(run.log).toContain("[echo told]: told");
    expect(lab.notices().sort()).toEqual(["kill agent signal=1", "kill other signal=10"]);
  });

  it("-notify-filter notifies by id, with SIGHUP unless -notify-signal is set", async () => {
    const agent = containerFixture({ name: "agent", labels: { role: "agent" } });
    const lab = await Lab.open([agent, containerFixture({ name: "other" })]);
    await lab.run(["-notify-filter", "label=role=agent", lab.write("names.tmpl", names), lab.path("names")]);
    expect(lab.notices()).toEqual([`kill ${agent.id} signal=1`]);
  });

  it("ignores the flags that describe a block if a configuration is given", async () => {
    const lab = await Lab.open([
      containerFixture({ name: "redis" }),
      containerFixture({ name: "off", running: false }),
    ]);
    const config = lab.configure({ names: { template: names } });
    const flags = ["-watch", "-only-published", "-notify-sighup", "redis", "-keep-blank-lines"];
    const run = await lab.run([...flags, "-config", config]);
    expect(run.exitCode).toBe(0);
    expect(lab.read("names.out")).toBe("redis off ");
    expect(lab.notices()).toEqual([]);
  });
});
