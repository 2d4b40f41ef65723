import { describe, expect, it } from "vitest";
import { containerFixture } from "../../templates/harness";
import { Lab } from "./lab";

const names = "{{ range . }}{{ .Name }} {{ end }}";

describe("configuration", () => {
  it("matches keys without regard to case", async () => {
    const lab = await Lab.open([containerFixture({ name: "redis" })]);
    const template = lab.write("names.tmpl", "a\n\nb\n");
    const toml = `[[Config]]\nTEMPLATE = "${template}"\nDest = "${lab.path("names.out")}"\nkeepBlankLines = true\n`;
    const run = await lab.run(["-config", lab.write("docker-gen.cfg", toml)]);
    expect(run.exitCode).toBe(0);
    expect(lab.read("names.out")).toBe("a\n\nb\n");
  });

  it("drops unknown keys silently, such as the former onlyexposed, onlypublished and includestopped", async () => {
    const containers = [containerFixture({ name: "plain" }), containerFixture({ name: "off", running: false })];
    const lab = await Lab.open(containers);
    const toml =
      'onlyexposed = true\nonlypublished = true\nincludestopped = false\nendpoint = "tcp://x:1"\ncolour = "red"';
    const run = await lab.run(["-config", lab.configure({ names: { template: names, toml } })]);
    expect(run).toEqual({ exitCode: 0, log: [`Generated '${lab.path("names.out")}' from 2 containers`], output: "" });
    expect(lab.read("names.out")).toBe("plain off ");
  });

  it("lists stopped containers too unless the container filter keeps them away", async () => {
    const stopped = containerFixture({ name: "off", running: false, exposedPorts: [6379] });
    const lab = await Lab.open([containerFixture({ name: "on", exposedPorts: [6379] }), stopped]);
    const template = "{{ range . }}{{ .Name }}={{ .IP }} {{ end }}";
    const toml = '[config.ContainerFilter]\nstatus = ["running"]';
    await lab.run(["-config", lab.configure({ all: { template }, running: { template, toml } })]);
    expect(lab.read("all.out")).toBe("on=172.17.0.2 off= ");
    expect(lab.read("running.out")).toBe("on=172.17.0.2 ");
  });

  it("puts the blocks of a later file in the places of an earlier one's", async () => {
    const lab = await Lab.open();
    const first = lab.configure({ one: { template: "1" }, two: { template: "2" } }, "a.cfg");
    const second = lab.configure({ three: { template: "3" } }, "b.cfg");
    await lab.run(["-config", second, "-config", first, "-config", first]);
    expect({ one: lab.read("one.out"), two: lab.read("two.out"), three: lab.read("three.out") }).toEqual({
      one: undefined,
      two: undefined,
      three: "3",
    });
  });

  it.each([
    ["no TOML", "[[config"],
    ["a wrong type", '[[config]]\ntemplate = "x"\nwatch = "yes"'],
    ["a wait that is no time", '[[config]]\ntemplate = "x"\nwait = "soon"'],
    ["a longest wait under the shortest", '[[config]]\ntemplate = "x"\nwait = "2s:1s"'],
    ["a signal that is no number", '[[config]]\ntemplate = "x"\n[config.NotifyContainers]\na = "HUP"'],
  ])("ends with status 1 at %s", async (_, toml) => {
    const lab = await Lab.open();
    const path = lab.write("docker-gen.cfg", toml);
    const run = await lab.run(["-config", path]);
    expect(run.exitCode).toBe(1);
    expect(run.log[0]).toMatch(new RegExp(`^Error loading config ${path}: `));
    expect(lab.engine.requests).toEqual([]);
  });

  it("ends with status 1 at a file that is missing", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-config", lab.path("nothing.cfg")]);
    expect(run.exitCode).toBe(1);
    expect(run.log[0]).toMatch(/^Error loading config .*nothing\.cfg: open .*: no such file or directory$/);
  });

  it("ends with status 1 at a -wait that is no time", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-wait", "soon", lab.write("names.tmpl", names)]);
    expect(run.exitCode).toBe(1);
    expect(run.log[0]).toMatch(/^Error parsing wait interval: time: invalid duration "?soon"?$/);
  });

  it("renders one block after the other, in the order of the file", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-config", lab.configure({ b: { template: "1" }, a: { template: "2" } })]);
    expect(run.log).toEqual(["b", "a"].map((name) => `Generated '${lab.path(`${name}.out`)}' from 0 containers`));
  });
});
