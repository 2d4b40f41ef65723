import * as fs from "node:fs";
import * as path from "node:path";

import { parseDocument } from "yaml";

import { SettingsError } from "./problems";

const stacksFolder = path.join(__dirname, "..", "..", "stacks");

/**
 * What all stacks of a project share: the settings in `stacks/<project>.yaml`, in the form of a stack's file.
 * Without such a file, nothing.
 * @param namespace `datadog-hosts:`, which stands before each key.
 * @throws SettingsError where it is no YAML, has keys of others, or an encrypted value, which only its own stack can read.
 */
export function readSharedFile(project: string, namespace: string): Record<string, unknown> {
  const file = path.join(stacksFolder, `${project}.yaml`);
  if (!/^[a-z0-9._-]+$/.test(project) || !fs.existsSync(file)) return {};
  const refuse = (problem: string): never => {
    throw new SettingsError([{ path: `(stacks/${project}.yaml)`, problem }]);
  };
  const document = parseDocument(fs.readFileSync(file, "utf8"), { uniqueKeys: true });
  const [error] = document.errors;
  if (error) refuse(`is no YAML that can be read: ${error.message}`);
  const { config } = (document.toJS() ?? {}) as { config?: Record<string, unknown> };
  const entries = Object.entries(config ?? {});
  for (const [key, value] of entries) {
    if (!key.startsWith(namespace)) refuse(`has the key ${key}; each begins with ${namespace}`);
    if (JSON.stringify(value).includes('"secure":'))
      refuse(`has a secret in ${key}; secrets stand in each stack's own file`);
  }
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(namespace.length), value]));
}
