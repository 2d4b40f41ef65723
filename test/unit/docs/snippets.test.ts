import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { stackFileSchema } from "../../../tools/docs/stack-file-schema";
import { smallestConfig } from "../infra/fixtures";
import { blocksOf, commandsOf, filledIn, pages, type Command } from "./pages";

const makefile = readFileSync("Makefile", "utf8");

/** A make target's line and recipe; undefined if there is none. */
function ruleOf(target: string): string | undefined {
  return new RegExp(`^${target}: .*\\n(?:\\t.*\\n|\\S.*\\\\\\n)*`, "m").exec(makefile)?.[0];
}

/** The text of all sources in a folder. */
function sourcesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.m?ts$/.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}

const tools = sourcesIn("tools");
const tests = sourcesIn("test");

/** Variables that Pulumi and the clients of its backends read. */
const ofOthers = /^(PULUMI|AWS|AZURE|GOOGLE|VAULT)_/;

function isReadHere(variable: string): boolean {
  const quoted = [`"${variable}"`, `env.${variable}`];
  return (
    ofOthers.test(variable) ||
    /^TOOLCHAIN(_|$)/.test(variable) ||
    quoted.some((text) => tools.includes(text) || tests.includes(text))
  );
}

/** Whether a command names only targets, variables, files and options that exist; the reason if not. */
const checks: Readonly<Record<string, (words: readonly string[]) => string | undefined>> = {
  make: (words) => {
    const targets = words.filter((word) => /^[a-z0-9-]+$/.test(word));
    const rules = targets.map(ruleOf);
    if (rules.includes(undefined)) return `has no target ${targets[rules.indexOf(undefined)] ?? ""}`;
    const unread = words
      .map((word) => /^([A-Z_0-9]+)=/.exec(word)?.[1])
      .find((name) => name !== undefined && !rules.some((rule = "") => rule.includes(name)) && !isReadHere(name));
    return unread === undefined ? undefined : `has no variable ${unread}`;
  },
  node: (words) => {
    const file = words.find((word) => word.endsWith(".ts")) ?? "";
    if (!existsSync(file)) return `has no file ${file}`;
    const unknown = words
      .slice(words.indexOf(file))
      .map((word) => /^\[?--([a-z-]+)/.exec(word)?.[1])
      .find((option) => option !== undefined && ![`${option}:`, `"${option}"`].some((text) => tools.includes(text)));
    return unknown === undefined ? undefined : `has no option --${unknown}`;
  },
  npx: (words) => {
    const file = words.find((word) => word.includes("/"));
    return file === undefined || existsSync(file) ? undefined : `has no file ${file}`;
  },
  export: ([word = ""]) => {
    const [name = ""] = word.split("=");
    return isReadHere(name) ? undefined : `sets ${name}, which nothing reads`;
  },
};

/**
 * Programs whose commands run in other tests, on test hosts or with Pulumi's own program; and those of services, whose
 * commands the guides' own test follows.
 */
const elsewhere = [
  ...["docker", "mkdir", "pulumi", "tools/pulumi", "rm", "(umask", "git", "go", "gh"],
  ...["curl", "bin/elasticsearch-users", "etcd", "kafka-acls.sh", "rabbitmq-plugins", "rabbitmqctl"],
];

function problemOf({ text }: Command): string | undefined {
  const words = filledIn(text)
    .split(" ")
    .filter((word) => word !== "");
  const first = words.findIndex((word) => !/^[A-Z_0-9]+=/.test(word));
  const [program = "", ...rest] = words.slice(first);
  const unread = words
    .slice(0, first)
    .map((word) => word.split("=")[0] ?? "")
    .find((name) => !isReadHere(name));
  if (unread !== undefined) return `sets ${unread}, which nothing reads`;
  const check = checks[program];
  if (check !== undefined) return check(rest);
  return elsewhere.includes(program) ? undefined : `is a command that no test knows`;
}

describe.each(pages)("%s", (page) => {
  test("has commands with existing targets, variables, files and options only", () => {
    const problems = commandsOf(page, Object.keys(checks)).flatMap((command) => {
      const problem = problemOf(command);
      return problem === undefined ? [] : [`${command.where}: \`${command.text}\` ${problem}`];
    });
    expect(problems).toEqual([]);
  });

  test("has shell that a shell can parse", () => {
    for (const { text } of blocksOf(page).filter(({ language }) => language === "sh")) {
      execFileSync("sh", ["-n"], { input: text.replaceAll(/<[a-z]+>/g, "name").replaceAll(/\[[^\]]*\]/g, "") });
    }
  });

  test("has YAML that a stack file may hold, and JSON that can be parsed", () => {
    for (const { text } of blocksOf(page).filter(({ language }) => language === "json")) JSON.parse(text);
    for (const { where, text } of blocksOf(page).filter(({ language }) => language === "yaml")) {
      const parsed = parse(text.replaceAll("ssh-ed25519 AAAA…", smallestConfig.hosts[0].hostKey)) as object;
      if (!text.includes("datadog-hosts:")) continue;
      const { error } = partOfStackFile.safeParse("config" in parsed ? parsed : { config: parsed });
      expect(error, where).toBeUndefined();
    }
  });

  test("names existing files of tests only", () => {
    const named = [...readFileSync(page, "utf8").matchAll(/`(test\/[^`\s]+\.test\.ts)`/g)].map(([, file = ""]) => file);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  test("has links to existing files and headings", () => {
    const text = readFileSync(page, "utf8").replace(/^( *)```[\s\S]*?^\1```$/gm, "");
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, picture]) => link ?? picture ?? "",
    );
    const broken = targets
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !leadsSomewhere(page, target));
    expect(broken).toEqual([]);
  });
});

/** The schema of a stack's file, with nothing required but what is there being right. */
const partOfStackFile = (() => {
  const schema = JSON.parse(stackFileSchema()) as { properties: { config: { anyOf: { required: string[] }[] } } };
  for (const kind of schema.properties.config.anyOf) kind.required = [];
  return z.fromJSONSchema(schema);
})();

function leadsSomewhere(page: string, target: string): boolean {
  const [file = "", heading] = target.split("#");
  const path = file === "" ? page : join(dirname(page), file);
  if (!existsSync(path)) return false;
  if (heading === undefined) return true;
  return [...readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => slug(title)).includes(heading);
}

/** A heading's anchor, as GitHub makes it. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The tests themselves, measurements of half an hour and more, and what records a run on a sandbox for README's picture. */
const runByNoTest = /^(test(-.*)?|bench(-quick|-all|-swarm)?|record)$/;

test("every make target that a page names is run by a test", () => {
  // What only looks at the pages runs nothing.
  const sources = readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/^unit\/(docs\/(snippets|pages)|makefile|test-runner)/.test(file))
    .map((file) => readFileSync(join("test", file), "utf8"))
    .join("\n");
  const named = pages.flatMap((page) =>
    commandsOf(page, ["make"]).flatMap(({ text }) => {
      const [, target = ""] = /^(?:[A-Z_]+=\S+ )*make (?:[A-Z_]+=\S+ )*([a-z-]+)/.exec(filledIn(text)) ?? [];
      return ["", "help"].includes(target) || runByNoTest.test(target) ? [] : [target];
    }),
  );
  expect(new Set(named).size).toBeGreaterThan(15);
  const isRun = (target: string): boolean =>
    new RegExp(`make\\w*\\([^()]*"${target}"|\\["${target}"|directory", "${target}"`, "i").test(sources);
  expect([...new Set(named)].filter((target) => !isRun(target))).toEqual([]);
});

test("make help lists every target that README and docs could name, and fits 80 columns", () => {
  const help = execFileSync("make", ["--no-print-directory", "help"], { encoding: "utf8" });
  expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
  const listed = [...help.matchAll(/^ {2}(\S+)/gm)].map(([, target]) => target);
  const targets = [...makefile.matchAll(/^([a-z0-9-]+):/gm)].map(([, target]) => target);
  expect(listed).toEqual(expect.arrayContaining(targets));
});

test("the variables of make init are those that its page lists", () => {
  const [, table = ""] = readFileSync("docs/first-steps.md", "utf8").split("| variable ");
  const listed = [...table.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name);
  const taken = [...(ruleOf("init") ?? "").matchAll(/"\$\$([A-Z_]+)"/g)].map(([, name]) => name);
  expect(listed.sort()).toEqual(taken.sort());
});

describe("a snippet that is wrong is found", () => {
  test.each([
    ["make nonsense", /no target nonsense/],
    ["make up STAK=<stack>", /no variable STAK/],
    ["node tools/start.cjs tools/status/main.ts <stack> --nonsense", /no option --nonsense/],
    ["node tools/start.cjs tools/nowhere/main.ts", /no file/],
    ["npx vitest run test/e2e/nowhere.test.ts", /no file/],
    ["NONSENSE=1 make test", /sets NONSENSE/],
    ["nonsense x", /no test knows/],
  ])("%s", (text, problem) => {
    expect(problemOf({ where: "", text })).toMatch(problem);
  });
});
