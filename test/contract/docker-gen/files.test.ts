import { chmodSync, readFileSync, openSync, closeSync, readSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { containerFixture } from "../../templates/harness";
import { Lab } from "./lab";

describe("the file that is written", () => {
  it("has no blank lines unless they are kept", async () => {
    const lab = await Lab.open();
    const template = "\n  \na\n\t\n  b \n\nc";
    await lab.run([
      "-config",
      lab.configure({ stripped: { template }, kept: { template, toml: "keepblanklines = true" } }),
    ]);
    expect(lab.read("stripped.out")).toBe("a\n  b \nc");
    expect(lab.read("kept.out")).toBe(template);
  });

  it("is made with mode 0644, less the umask", async () => {
    const lab = await Lab.open();
    const toml = 'notifycmd = "umask"\nnotifyoutput = true';
    const run = await lab.run(["-config", lab.configure({ new: { template: "a", toml } })]);
    const umask = parseInt(run.log.at(-1)?.replace("[umask]: ", "") ?? "", 8);
    expect(statSync(lab.path("new.out")).mode & 0o777).toBe(0o644 & ~umask);
  });

  it("is written in place: inode and mode stay, and a reader that has it open sees the new text", async () => {
    const lab = await Lab.open();
    const path = lab.write("names.out", "a much longer text that was there before\n");
    chmodSync(path, 0o600);
    const before = statSync(path);
    const open = openSync(path, "r");
    await lab.run(["-config", lab.configure({ names: { template: "new\n" } })]);
    const seen = Buffer.alloc(100);
    const length = readSync(open, seen, 0, 100, 0);
    closeSync(open);
    expect(seen.toString("utf8", 0, length)).toBe("new\n");
    expect(statSync(path).ino).toBe(before.ino);
    expect(statSync(path).mode).toBe(before.mode);
  });

  it("is not touched, and nobody is notified, when nothing changed", async () => {
    const lab = await Lab.open([containerFixture({ name: "agent" })]);
    const path = lab.write("names.out", "same\n");
    const before = statSync(path).mtimeMs;
    const toml = `notifycmd = "touch ${lab.path("told")}"\n[config.NotifyContainers]\nagent = 1`;
    const run = await lab.run(["-config", lab.configure({ names: { template: "same\n\n", toml } })]);
    expect(run.exitCode).toBe(0);
    expect(run.log).toEqual([`Contents of ${path} did not change. Skipping notification 'touch ${lab.path("told")}'`]);
    expect(statSync(path).mtimeMs).toBe(before);
    expect(lab.read("told")).toBeUndefined();
    expect(lab.notices()).toEqual([]);
  });

  it("is emptied, not deleted, when nothing matches any more", async () => {
    const lab = await Lab.open();
    lab.write("names.out", "redis\n");
    const run = await lab.run([
      "-config",
      lab.configure({ names: { template: "\n{{ range . }}{{ .Name }}{{ end }}\n" } }),
    ]);
    expect(lab.read("names.out")).toBe("");
    expect(run.log).toEqual([`Generated '${lab.path("names.out")}' from 0 containers`]);
  });

  it("is not made for an empty result", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-config", lab.configure({ names: { template: "\n" } })]);
    expect(run.log).toEqual([`Contents of ${lab.path("names.out")} did not change. Skipping notification ''`]);
    expect(lab.read("names.out")).toBeUndefined();
  });
});

describe("what ends the process with status 1", () => {
  const later = { template: "later" };

  it("a template that is missing", async () => {
    const lab = await Lab.open();
    const toml = `[[config]]\ntemplate = "${lab.path("none.tmpl")}"\ndest = "${lab.path("out")}"`;
    const run = await lab.run(["-config", lab.write("docker-gen.cfg", toml)]);
    expect(run.exitCode).toBe(1);
    expect(run.log.at(-1)).toMatch(/^Unable to parse template: open .*none\.tmpl: no such file or directory$/);
  });

  it.each([
    ["cannot be parsed", "{{ range . }}", /^Unable to parse template: template: names\.tmpl:1: unexpected EOF$/],
    ["calls an unknown function", "{{ nothing . }}", /^Unable to parse template: .*function "nothing" not defined$/],
    ["fails in a function", '{{ parseBool "maybe" }}', /^Template error: .*error calling parseBool: .*invalid syntax$/],
    ["asks for an unknown field", "{{ .Docker.Colour }}", /^Template error: .*can't evaluate field Colour in type/],
    ["indexes out of range", "{{ index . 7 }}", /^Template error: .*index out of range: 7$/],
    ["groups by what is no text", '{{ groupBy . "Networks" }}', /^Template error: .*error calling groupBy: /],
  ])("a template that %s; the blocks after it are not rendered", async (_, template, message) => {
    const lab = await Lab.open([containerFixture({ name: "redis" })]);
    lab.write("names.out", "before");
    const run = await lab.run(["-config", lab.configure({ names: { template }, later })]);
    expect(run.exitCode).toBe(1);
    expect(run.log.at(-1)).toMatch(message);
    expect(lab.read("names.out")).toBe("before");
    expect(lab.read("later.out")).toBeUndefined();
  });

  it("a file whose folder is missing", async () => {
    const lab = await Lab.open();
    const template = lab.write("names.tmpl", "a");
    const run = await lab.run([template, lab.path("missing/names")]);
    expect(run.exitCode).toBe(1);
    expect(run.log).toEqual([
      `Unable to write to dest file ${lab.path("missing/names")}: open ${lab.path("missing/names")}: no such file or directory`,
    ]);
  });

  it("a destination that is a folder", async () => {
    const lab = await Lab.open();
    const run = await lab.run([lab.write("names.tmpl", "a"), lab.root]);
    expect(run.exitCode).toBe(1);
    expect(run.log).toEqual([`Unable to compare current file contents: ${lab.root}: read ${lab.root}: is a directory`]);
  });

  it("the same in the middle of watching", async () => {
    const redis = containerFixture({ name: "redis", env: { DB: "0" } });
    const lab = await Lab.open([redis]);
    const template = "{{ range . }}{{ parseBool .Env.DB }}{{ end }}";
    const generator = await lab.watch(["-config", lab.configure({ names: { template, toml: "watch = true" } })]);
    const broken = containerFixture({ name: "broken", env: { DB: "many" } });
    lab.engine.answers.containers.push(broken);
    lab.engine.emit({ action: "start", id: broken.id });
    expect(await generator.ended).toEqual({ exitCode: 1, signal: null });
    expect(readFileSync(lab.path("names.out"), "utf8")).toBe("false");
  });
});
