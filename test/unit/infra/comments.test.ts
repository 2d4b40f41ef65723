import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { readTemplate } from "../../../infra/rendering/mustache";
import { readShell } from "../../../infra/shell";

const templates = resolve(__dirname, "..", "..", "..", "templates");
const scripts = readdirSync(resolve(templates, "host"));

/** A shell script as bash has read it: its commands in bash's own form. */
function commandsOf(script: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["--pretty-print"], { input: script, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trim();
}

test.each(scripts)("hosts get the commands of %s without its comments", (file) => {
  const text = readShell(file.replace(/\.sh$/, ""));
  expect(text).not.toMatch(/^\s*#/m);
  expect(commandsOf(text)).toBe(commandsOf(readFileSync(resolve(templates, "host", file), "utf8")));
});

const forDockerGen = ["generator", "integrations", "status-pages"].flatMap((folder) =>
  readdirSync(resolve(templates, folder)).map((file) => `${folder}/${file}`),
);

test.each(forDockerGen)("hosts get %s with empty comments, which still trim what is around them", (file) => {
  const text = readFileSync(resolve(templates, file), "utf8");
  const [first = "", ...others] = text.split(/\{\{- \/\*/);
  const emptied = others.map((part) => `{{- /*${part.slice(part.indexOf("*/"))}`);
  expect(readTemplate(file)).toBe([first, ...emptied].join(""));
});
