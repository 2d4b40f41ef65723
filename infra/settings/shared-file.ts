import * as fs from "node:fs";
import * as path from "node:path";

import { parseDocument, type Document } from "yaml";

import { misreadLine } from "./encoding";
import { formatPath, SettingsError } from "./problems";
import { stackSchema } from "./schema/stack";
import { secretSettings } from "./secrets";
import { notationProblems } from "./notation";
import { yamlProblem } from "./yaml-problem";

const stacksFolder = path.join(__dirname, "..", "..", "stacks");

/**
 * Reads the settings that all stacks of a project share: `stacks/<project>.yaml`, which has the form of a stack's file.
 * Returns an empty object if there is no such file.
 * @param namespace `datadog-hosts:`, the prefix of each key.
 * @param folder the file's folder. Default: `stacks`.
 * @throws SettingsError if the file can't be read, is not valid YAML, or contains other keys, a secret in the clear, or an
 * encrypted value (only one stack could decrypt it).
 */
export function readSharedFile(project: string, namespace: string, folder = stacksFolder): Record<string, unknown> {
  const name = `${project}.yaml`;
  const refuse = (problem: string): never => {
    throw new SettingsError([{ path: `(stacks/${name})`, problem }]);
  };
  if (!/^[a-z0-9._-]+$/.test(project)) return {};
  const text = readText(path.join(folder, name), refuse);
  if (text === undefined) {
    if (!fs.existsSync(path.join(folder, `${project}.yml`))) return {};
    return refuse(`does not exist, but stacks/${project}.yml does, which is not read; rename it`);
  }
  const misread = misreadLine(text);
  if (misread !== undefined) refuse(`is not UTF-8 text (line ${misread}); save the file in UTF-8`);
  const document = parseDocument(text, { uniqueKeys: true, merge: true, prettyErrors: false, logLevel: "error" });
  const [error] = [...document.errors, ...document.warnings];
  const line = `line ${text.slice(0, error?.pos[0]).split("\n").length}`;
  if (error?.code === "MULTIPLE_DOCS") refuse(`has a second document (---, ${line}); keep only the first one`);
  if (error) refuse(`${yamlProblem(error)} (${line})`);
  const { config, ...others } = mappingOf(toData(document, refuse)) ?? refuse(noMapping);
  const [other] = Object.keys(others);
  if (other !== undefined) refuse(`has ${other} outside of \`config:\`; write the settings below \`config:\``);
  const entries = Object.entries(mappingOf(config) ?? refuse(noMapping));
  for (const [key, value] of entries) {
    if (!key.startsWith(namespace)) refuse(`has the key ${key}; each key begins with ${namespace}`);
    if (JSON.stringify(value).includes('"secure":'))
      refuse(`has a secret in ${key}; secrets belong into each stack's own file`);
  }
  const settings = Object.fromEntries(entries.map(([key, value]) => [key.slice(namespace.length), value]));
  for (const { path: where, setWith, afterLeak } of secretSettings(stackSchema, settings)) {
    refuse(
      `has ${namespace}${formatPath(where)} in the clear; remove it, run \`${setWith}\` for each stack, and ${afterLeak}`,
    );
  }
  for (const { path: where, problem } of notationProblems(document, namespace)) {
    refuse(`has ${namespace}${where}, which ${problem}`);
  }
  return settings;
}

const noMapping = "has no settings; write `config:` and below it keys such as `datadog-hosts:site: datadoghq.eu`";

/** The text of a file; undefined if there is none. */
function readText(file: string, refuse: (problem: string) => never): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENAMETOOLONG"
      ? undefined
      : refuse(`can't be read (${String(code)}); make it a file that you can read`);
  }
}

/** The data of a document without syntax errors. Its aliases can still be invalid: unresolved, or too many. */
function toData(document: Document, refuse: (problem: string) => never): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return refuse(yamlProblem(error as Error));
  }
}

/** The value if it is a mapping; an empty mapping if it is missing; undefined otherwise. */
function mappingOf(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return {};
  return typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
