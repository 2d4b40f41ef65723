import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { script } from "../../../infra/host/script";
import { putBackLines, setAsideLines } from "../../../infra/container/takeover";
import { harmlessWords, oldContainersFunction } from "../../../infra/container/takeover-shell";

const owner = { stackName: "shop-staging", formerStackNames: ["shop-stage"], name: "web-1", formerNames: ["old-1"] };

/** A container as the fake `docker inspect` tells of it, in the order that the script asks for. */
interface Fake {
  readonly name: string;
  readonly running?: boolean;
  readonly stack?: string;
  readonly host?: string;
  readonly args?: readonly string[];
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "takeover-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs shell lines where `docker` is a script that tells of these containers; what it was told to do is returned too. */
function runWith(containers: readonly Fake[], lines: readonly string[]): { output: string; done: string[] } {
  const inspected = containers.map(({ name, running = true, stack = "", host = "", args = [] }) =>
    [name, String(running), `/${name}`, "image:1", `stack=${stack}`, `host=${host}`, JSON.stringify(args)].join(" "),
  );
  writeFileSync(join(folder, "inspected"), inspected.map((line) => `${line}\n`).join(""));
  writeFileSync(join(folder, "done"), "");
  const program = [
    "#!/bin/sh",
    'case "$1 $*" in',
    `  *label=*) ;;`,
    `  ps*) cut -d ' ' -f 1 ${folder}/inspected ;;`,
    `  inspect*) cat ${folder}/inspected ;;`,
    `  *) echo "$*" >>${folder}/done ;;`,
    "esac",
  ];
  writeFileSync(join(folder, "docker"), program.join("\n"), { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
  const output = execFileSync("sh", ["-s"], { input: script(lines), env, encoding: "utf8" });
  return { output, done: readFileSync(join(folder, "done"), "utf8").trim().split("\n") };
}

describe("what is in the way", () => {
  const isInTheWay = (container: Fake): boolean =>
    runWith([container], [...oldContainersFunction(owner), "old_containers"]).output !== "";

  test.each<Fake>([
    { name: "dd-agent" },
    { name: "dd-agent", running: false },
    { name: "datadog-gen" },
    { name: "dockgen-datadog" },
    { name: "any-name", args: ["-notify-sighup", "dd-agent", "-config", "/c"] },
    { name: "any-name", args: ["-notify-sighup=dd-agent"] },
    { name: "dd-agent.before-takeover" },
    { name: "dockgen-datadog.before-takeover-stopped", running: false },
    { name: "dd-agent", stack: "blog-staging", host: "web-1" },
    { name: "dd-agent", stack: "shop-staging", host: "web-2" },
  ])("%j is", (container) => {
    expect(isInTheWay(container)).toBe(true);
  });

  test.each<Fake>([
    { name: "dd-agent", stack: "shop-staging", host: "web-1" },
    { name: "dd-agent", stack: "shop-staging", host: "old-1" },
    { name: "dd-agent.failed-takeover", stack: "shop-staging", host: "web-1" },
    { name: "dockgen-datadog", running: false },
    { name: "dockgen-nginx", args: ["-notify-sighup", "nginx", "-config", "/c"] },
    { name: "app", args: ["--statsd", "dd-agent"] },
    { name: "my-dd-agent" },
  ])("%j is not", (container) => {
    expect(isInTheWay(container)).toBe(false);
  });
});

test("the old agent runs on under another name, and the old generators stop", () => {
  const { done } = runWith(
    [{ name: "dd-agent" }, { name: "datadog-gen" }, { name: "dockgen-datadog" }],
    setAsideLines(owner),
  );
  expect(done).toEqual([
    "rename dd-agent dd-agent.before-takeover",
    "rename datadog-gen datadog-gen.before-takeover",
    "stop datadog-gen",
    "rename dockgen-datadog dockgen-datadog.before-takeover",
    "stop dockgen-datadog",
  ]);
});

test("what was stopped is put back as it was, and the agent comes before the generator that signals it", () => {
  const { done } = runWith(
    [
      { name: "datadog-gen.before-takeover" },
      { name: "dd-agent.before-takeover" },
      { name: "dockgen-datadog.before-takeover-stopped", running: false },
    ],
    putBackLines(owner),
  );
  expect(done).toEqual([
    "rename dd-agent.before-takeover dd-agent",
    "start dd-agent.before-takeover",
    "rename datadog-gen.before-takeover datadog-gen",
    "start datadog-gen.before-takeover",
    "rename dockgen-datadog.before-takeover-stopped dockgen-datadog",
  ]);
});

test("another stack's container is never set aside", () => {
  expect(() => runWith([{ name: "dd-agent", stack: "blog-staging" }], setAsideLines(owner))).toThrow();
  expect(readFileSync(join(folder, "done"), "utf8")).toBe("");
});

test("a container's words are told without what a terminal obeys, and without API keys", () => {
  const said = `\u001b[2Jone\u0007 ${"0aB".repeat(10)}0a é\u0085\ttab\ntwo\n`;
  const shown = execFileSync("sh", ["-c", harmlessWords], { input: said, encoding: "utf8" });
  expect(shown).toBe("  [2Jone ***** \ttab\n  two\n");
});
