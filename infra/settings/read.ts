import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { ownIntegrationProblems } from "../integrations";
import { clearSecretProblems } from "./clear-secrets";
import { findEncrypted, isEncrypted } from "./encrypted";
import { environmentProblems, withSecretTexts } from "./environment-secrets";
import { resolveHosts, type FleetSettings, type PrivateKey } from "./hosts";
import { readPrivateKey } from "./private-key";
import { merge, applyResets } from "./merge";
import { formatPath, SettingsError, type Problem } from "./problems";
import { toProblems } from "./schema-problems";
import { readSharedFile } from "./shared-file";
import { stackSchema } from "./schema/stack";
import { schemaAt, unwrap } from "./schema/walk";
import { secretSettings, type SettingPath } from "./secrets";
import { readStackFile } from "./stack-file";

/** The SDK exports this function, but its types leave it out. */
const sdkConfig = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/**
 * Reads the settings of the current stack; no other code reads Pulumi's config.
 * @param stacksFolder the folder of the stacks' files. Default: `stacks`.
 * @throws SettingsError with all problems, before any host is touched.
 */
export function readSettings(stacksFolder?: string): FleetSettings {
  // Without them, a stack that lists one of these integrations would have a second problem, which is none.
  if (ownIntegrationProblems.length > 0) throw new SettingsError(ownIntegrationProblems);
  const namespace = `${pulumi.getProject()}:`;
  const stack = pulumi.getStack();
  const file = readStackFile(stack, namespace, stacksFolder);
  const problems: Problem[] = [...file.problems];
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (!name.startsWith(namespace)) continue;
    const key = name.slice(namespace.length);
    // Pulumi provides a null, which resets a value of the shared file, as an empty text.
    values[key] = text === "" && file.config[name] === null ? null : parseValue(key, text);
  }
  const shared =
    typeof values["project"] === "string" ? readSharedFile(values["project"], namespace, stacksFolder) : {};
  // The inner call only removes nulls from the shared file: there is no lower layer that they could reset.
  const { lower, upper } = applyResets(applyResets({}, shared).upper, values);
  const parsed = stackSchema.safeParse(merge(lower, upper), { reportInput: true });
  if (!parsed.success) problems.push(...toProblems(parsed.error, stackSchema));
  const holdsSecret = (key: string): boolean => sdkConfig.isConfigSecret(`${namespace}${key}`);
  const encrypted = findEncrypted({ stack, namespace, values, holdsSecret }, stacksFolder);
  problems.push(...encrypted.problems);
  for (const { path, setWith, afterLeak } of secretSettings(stackSchema, values)) {
    if (isEncrypted(encrypted, path)) continue;
    problems.push({
      path: formatPath(path),
      problem: `is in the clear; set it with \`${setWith}\`, and ${afterLeak}`,
    });
  }
  if (parsed.success) {
    problems.push(...environmentProblems(parsed.data, encrypted), ...clearSecretProblems(parsed.data, encrypted));
  }
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  const { apiKey, registries = [] } = parsed.data;
  const secretIfEncrypted = (value: string, path: SettingPath): pulumi.Input<string> =>
    isEncrypted(encrypted, path) ? pulumi.secret(value) : value;
  return resolveHosts(withSecretTexts(parsed.data, encrypted), {
    stackName: stack,
    apiKey: pulumi.secret(apiKey),
    registries: registries.map(({ address, username, password }, index) => ({
      address: secretIfEncrypted(address, ["registries", index, "address"]),
      username: secretIfEncrypted(username, ["registries", index, "username"]),
      password: pulumi.secret(password),
    })),
    privateKey: cachedPrivateKey,
  });
}

const keys = new Map<string, PrivateKey>();

function cachedPrivateKey(file: string): PrivateKey {
  const known = keys.get(file);
  if (known) return known;
  const key = { file, text: pulumi.secret(readPrivateKey(file)) };
  keys.set(file, key);
  return key;
}

/** Parses a value. Pulumi provides all values as text: lists and mappings as JSON, numbers and booleans as written. */
function parseValue(key: string, text: string): unknown {
  const schema = schemaAt(stackSchema, [key]);
  const bare = schema && unwrap(schema);
  const isJson = /^\s*[[{]/.test(text);
  const isNumber = bare instanceof z.ZodNumber && /^\d+$/.test(text);
  const isBoolean = bare instanceof z.ZodBoolean && /^(true|false)$/.test(text);
  if (!isJson && !isNumber && !isBoolean) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
