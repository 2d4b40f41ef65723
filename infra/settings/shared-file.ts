import * as fs from "node:fs";
import * as path from "node:path";

import { parseDocument } from "yaml";

import { formatPath, SettingsError } from "./problems";
import { stackSchema } from "./schema/stack";
import { secretSettings } from "./secrets";

const stacksFolder = path.join(__dirname, "..", "..", "stacks");

/**
 * The settings that all stacks of a project share, from `stacks/<project>.yaml`, in the form of a stack's file. Empty
 * without such a file.
 * @param namespace `datadog-hosts:`, the prefix of each key.
 * @param folder the file's folder. Default: `stacks`.
 * @throws SettingsError if the file is not valid YAML, or has other keys, a secret in the clear, or an encrypted value,
 * which only one stack could decrypt.
 */
export function readSharedFile(project: string, namespace: string, folder = stacksFolder): Record<string, unknown> {
  const file = path.join(folder, `${project}.yaml`);
  if (!/^[a-z0-9._-]+$/.test(project) || !fs.existsSync(file)) return {};
  const refuse = (problem: string): never => {
    throw new SettingsError([{ path: `(stacks/${project}.yaml)`, problem }]);
  };
  const document = parseDocument(fs.readFileSync(file, "utf8"), { uniqueKeys: true });
  const [error] = document.errors;
  if (error) refuse(`is not valid YAML: ${error.message}`);
  const { config, ...others } = (document.toJS() ?? {}) as { config?: Record<string, unknown> };
  const [other] = Object.keys(others);
  if (other !== undefined) refuse(`has ${other} outside of \`config:\`; write the settings below \`config:\``);
  const entries = Object.entries(config ?? {});
  for (const [key, value] of entries) {
    if (!key.startsWith(namespace)) refuse(`has the key ${key}; each key begins with ${namespace}`);
    if (JSON.stringify(value).includes('"secure":'))
      refuse(`has a secret in ${key}; secrets belong into each stack's own file`);
  }
  const settings = Object.fromEntries(entries.map(([key, value]) => [key.slice(namespace.length), value]));
  for (const { path: where, setWith, onceExposed } of secretSettings(stackSchema, settings)) {
    refuse(
      `has ${namespace}${formatPath(where)} in the clear; remove it, run \`${setWith}\` for each stack, and ${onceExposed}`,
    );
  }
  return settings;
}
