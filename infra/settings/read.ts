import * as pulumi from "@pulumi/pulumi";

import { resolveHosts, type FleetSettings, type PrivateKey } from "./hosts";
import { passwordNetworkProblems } from "./password-networks";
import { readPrivateKey } from "./private-key";
import { merge } from "./merge";
import { SettingsError, type Problem } from "./problems";
import { toProblems } from "./schema-problems";
import { readSharedFile } from "./shared-file";
import { stackSchema } from "./schema/stack";

/** The SDK exports this function, but its types leave it out. */
const sdkConfig = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/** Settings that must stand encrypted in the stack's file, and how they get there. */
const secretKeys = {
  apiKey: "`pulumi config set --secret datadog-hosts:apiKey`, and replace the key at Datadog",
  registries: "`pulumi config set --path --secret 'datadog-hosts:registries[0].password'`, and change the password",
} as const;

/**
 * Reads the settings of the current stack: the only place that looks at Pulumi's config.
 * @throws SettingsError with everything that is wrong, before anything is touched.
 */
export function readSettings(): FleetSettings {
  const namespace = `${pulumi.getProject()}:`;
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(namespace)) values[key.slice(namespace.length)] = parseValue(key.slice(namespace.length), text);
  }
  const problems: Problem[] = [];
  const shared = typeof values["project"] === "string" ? readSharedFile(values["project"], namespace) : {};
  const parsed = stackSchema.safeParse(merge(shared, values), { reportInput: true });
  if (!parsed.success) problems.push(...toProblems(parsed.error, stackSchema));
  for (const [key, remedy] of Object.entries(secretKeys)) {
    if (values[key] !== undefined && !sdkConfig.isConfigSecret(`${namespace}${key}`)) {
      problems.push({ path: key, problem: `stands in the clear; set it with ${remedy}` });
    }
  }
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  const { apiKey, registries = [] } = parsed.data;
  const fleet = resolveHosts(parsed.data, {
    stackName: pulumi.getStack(),
    apiKey: pulumi.secret(apiKey),
    registries: registries.map((registry) => ({ ...registry, password: pulumi.secret(registry.password) })),
    privateKey: readOnce,
  });
  const unmet = passwordNetworkProblems(fleet.hosts);
  if (unmet.length > 0) throw new SettingsError(unmet);
  return fleet;
}

const keys = new Map<string, PrivateKey>();

function readOnce(file: string): PrivateKey {
  const known = keys.get(file);
  if (known) return known;
  const key = { file, text: pulumi.secret(readPrivateKey(file)) };
  keys.set(file, key);
  return key;
}

/** Pulumi hands every value over as text: lists and mappings as JSON, numbers and booleans as they were written. */
function parseValue(key: string, text: string): unknown {
  const isJson = /^\s*[[{]/.test(text);
  const isPlain = (key === "port" && /^\d+$/.test(text)) || (key === "adopt" && /^(true|false)$/.test(text));
  if (!isJson && !isPlain) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
