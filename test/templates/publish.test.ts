import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { describe, expect, test } from "vitest";

import { countedPrograms, draft, drafts, generated, program, publish, published, root, script, useGenerator, write } from "./publishing";

useGenerator();

test("a draft's files are published for the agent alone", () => {
  write(`${drafts}/datadog`, draft);
  expect(publish("datadog")).toBe(0);
  expect(published()).toEqual(["datadog", "datadog/a.yaml", "datadog/b.d", "datadog/b.d/b.yaml"]);
  expect(fs.readFileSync(`${root}${generated}/datadog/b.d/b.yaml`, "utf8")).toBe("second\n");
  expect((fs.statSync(`${root}${generated}/datadog/a.yaml`).mode & 0o777).toString(8)).toBe("600");
  expect(publish()).toBe(0);
});

test("a folder of pages that its user has closed is opened for web servers, and stays the user's", () => {
  const page = `${root}${generated}/apache/web`;
  fs.mkdirSync(page, { recursive: true });
  fs.chmodSync(page, 0o700);
  write(`${drafts}/apache`, "#!file web/apache.conf USR1 f00d\n# page\n#!end\n");
  const owner = fs.statSync(page).uid;
  publish("apache");
  expect((fs.statSync(page).mode & 0o777).toString(8)).toBe("755");
  expect(fs.statSync(page).uid).toBe(owner);
});

test("a file that stays the same is not touched", () => {
  write(`${drafts}/datadog`, draft);
  publish("datadog");
  const before = fs.statSync(`${root}${generated}/datadog/a.yaml`).ino;
  write(`${drafts}/datadog`, draft.replace("second", "third"));
  publish("datadog");
  expect(fs.statSync(`${root}${generated}/datadog/a.yaml`).ino).toBe(before);
  expect(fs.readFileSync(`${root}${generated}/datadog/b.d/b.yaml`, "utf8")).toBe("third\n");
});

test("a draft without its last line is not published, and no file that it lacks is removed", () => {
  write(`${drafts}/datadog`, draft);
  publish("datadog");
  write(`${drafts}/datadog`, draft.slice(0, 20), 60);
  expect(publish("datadog")).not.toBe(0);
  expect(publish()).not.toBe(0);
  expect(published()).toEqual(["datadog", "datadog/a.yaml", "datadog/b.d", "datadog/b.d/b.yaml"]);
});

describe("instances in files of their own", () => {
  const id = (digit: string): string => digit.repeat(64);
  const instances = (...digits: string[]): string =>
    [...digits.map((digit) => `#!file b.d/${id(digit)}.yaml\n${digit}\n`), "#!end\n"].join("");
  const files = (): string[] => published().filter((file) => file.endsWith(".yaml"));

  test("go with their containers, and nobody else's file does", () => {
    write(`${drafts}/datadog`, instances("a", "b"));
    publish("datadog");
    write(`${generated}/datadog/b.d/by-hand.yaml`, "");
    write(`${drafts}/datadog`, instances("b"));
    expect(publish("datadog")).toBe(0);
    expect(files()).toEqual([`datadog/b.d/${id("b")}.yaml`, "datadog/b.d/by-hand.yaml"]);
  });

  test("stay untouched when others come and go", () => {
    write(`${drafts}/datadog`, instances("a", "b"));
    publish("datadog");
    const before = fs.statSync(`${root}${generated}/datadog/b.d/${id("b")}.yaml`);
    write(`${drafts}/datadog`, instances("b", "c"));
    publish("datadog");
    const after = fs.statSync(`${root}${generated}/datadog/b.d/${id("b")}.yaml`);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test("are published by as few processes as one is, whatever folders there are", () => {
    const many = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, "0").repeat(32));
    const other = Array.from({ length: 20 }, (_, index) => `#!file other-${index}.d/a.yaml\nthe same\n`).join("");
    const text = many.map((name) => `#!file b.d/${name}.yaml\n${name}\n`).join("") + other;
    write(`${drafts}/datadog`, `${other}#!end\n`);
    expect(publish("datadog")).toBe(0);
    const started = (draftText: string): number => {
      write(`${drafts}/datadog`, `${draftText}#!end\n`);
      const log = path.join(root, "started");
      fs.writeFileSync(log, "");
      expect(spawnSync("/bin/sh", [script, "datadog"], { env: { PATH: countedPrograms(log) } }).status).toBe(0);
      return fs.readFileSync(log, "utf8").split("\n").length - 1;
    };
    const one = started(text.slice(0, text.indexOf("#!file", 1)) + other);
    expect(one).toBeGreaterThan(5);
    expect(one).toBeLessThan(12);
    expect(started(text)).toBeLessThanOrEqual(one);
    expect(files()).toHaveLength(256 + 20);
  });
});

test("a publication that is cut off leaves nothing that a later one does not take away", () => {
  const hidden = (): string[] => [drafts, generated]
      .flatMap((place) => fs.readdirSync(root + place, { encoding: "utf8", recursive: true }))
      .filter((name) => path.basename(name).startsWith("."));
  for (const place of [`${drafts}/.work.datadog.1/draft`, `${generated}/datadog/a.d/.new.datadog.1/a.yaml`]) write(place, "left");
  program("mv", "exit 1");
  write(`${drafts}/datadog`, draft);
  for (let time = 0; time < 5; time++) expect(publish("datadog")).not.toBe(0);
  // The health check.
  expect(publish()).not.toBe(0);
  expect(hidden()).toEqual([]);
});

describe("docker-gen's output with all drafts", () => {
  const id = "a".repeat(64);
  const all = (parts: Readonly<Record<string, string>>): string =>
    [...Object.entries(parts).flatMap(([name, text]) => [`#!draft ${name}\n`, text]), "#!draft\n"].join("");
  const parts = { seen: `${id} web\n`, datadog: draft, nginx: "#!end\n", apache: "#!end\n" };
  const read = (name: string): string => fs.readFileSync(`${root}${drafts}/${name}`, "utf8");

  test("is taken apart, and what has changed is published", () => {
    write(`${drafts}/all`, all(parts));
    expect(publish("all")).toBe(0);
    expect(Object.keys(parts).map((name) => [name, read(name)])).toEqual(Object.entries(parts));
    expect(published()).toContain("datadog/b.d/b.yaml");
    const before = ["datadog.published", "nginx.published", "nginx", "datadog"].map((name) => fs.statSync(`${root}${drafts}/${name}`).ino);
    write(`${drafts}/all`, all({ ...parts, seen: "", apache: `#!file web/apache.conf HUP ${id}\na page\n#!end\n` }));
    expect(publish("all")).toBe(0);
    expect(read("seen")).toBe("");
    expect(published()).toContain("apache/web/apache.conf");
    expect(["datadog.published", "nginx.published", "nginx", "datadog"].map((name) => fs.statSync(`${root}${drafts}/${name}`).ino)).toEqual(before);
    expect(fs.readdirSync(`${root}${drafts}`).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("changes nothing while it is incomplete", () => {
    write(`${drafts}/all`, all(parts));
    expect(publish("all")).toBe(0);
    const whole = all({ ...parts, seen: "another\n", datadog: draft.replace("second", "third") });
    for (const end of [0, whole.indexOf("third"), whole.indexOf("#!draft nginx"), whole.length - "#!draft\n".length]) {
      write(`${drafts}/all`, whole.slice(0, end), 60);
      expect(publish("all")).not.toBe(0);
      expect(publish()).not.toBe(0);
      expect([read("seen"), read("datadog")]).toEqual([parts.seen, draft]);
    }
  });

  test("is published by the health check if docker-gen could not, but not while it is fresh", () => {
    write(`${drafts}/all`, all({ ...parts, seen: "f00d\n" }));
    expect(publish()).not.toBe(0);
    expect(published()).toEqual([]);
    write(`${drafts}/all`, all({ ...parts, seen: "f00d\n" }), 60);
    expect(publish()).toBe(0);
    expect(published()).toContain("datadog/b.d/b.yaml");
  });

  test("has its drafts published, whichever of them can't be", () => {
    program("mkdir", `case "$*" in *${generated}/datadog*) exit 1 ;; *) exec /bin/mkdir "$@" ;; esac`);
    write(`${drafts}/all`, all({ ...parts, nginx: `#!file web/nginx.conf HUP ${id} 24079\na page\n#!end\n` }));
    expect(publish("all")).not.toBe(0);
    expect(published()).toContain("nginx/web/nginx.conf");
    expect(published()).not.toContain("datadog");
    fs.rmSync(`${root}/engine/mkdir`);
    write(`${drafts}/datadog`, draft, 60);
    write(`${drafts}/all`, fs.readFileSync(`${root}${drafts}/all`, "utf8"), 60);
    expect(publish()).toBe(0);
    expect(published()).toContain("datadog/b.d/b.yaml");
  });
});
