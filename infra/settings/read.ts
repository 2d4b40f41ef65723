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
import { stackSchema, type StackSettings } from "./schema/stack";
import { refusedInSwarms, swarmStackSchema, type SwarmStackSettings } from "./schema/swarm";
import { schemaAt, unwrap } from "./schema/walk";
import { secretSettings, type SettingPath } from "./secrets";
import { readStackFile } from "./stack-file";
import { managerProblems, passwordNetworkProblems, resolveSwarm, templateProblems, updateProblems } from "./swarm";

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
  const parsed = parse(merge(lower, upper));
  problems.push(...parsed.problems);
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
  const { stack: settings } = parsed;
  if (settings !== undefined) {
    problems.push(...environmentProblems(settings, encrypted), ...clearSecretProblems(settings, encrypted));
  }
  if (settings === undefined || problems.length > 0) throw new SettingsError(problems);
  const { apiKey, registries = [] } = settings;
  const secretIfEncrypted = (value: string, path: SettingPath): pulumi.Input<string> =>
    isEncrypted(encrypted, path) ? pulumi.secret(value) : value;
  const complete = withSecretTexts(settings, encrypted);
  const external = {
    stackName: stack,
    apiKey: pulumi.secret(apiKey),
    registries: registries.map(({ address, username, password }, index) => ({
      address: secretIfEncrypted(address, ["registries", index, "address"]),
      username: secretIfEncrypted(username, ["registries", index, "username"]),
      password: pulumi.secret(password),
    })),
    privateKey: cachedPrivateKey,
  };
  return isSwarm(complete) ? resolveSwarm(complete, external) : resolveHosts(complete, external);
}

/** The settings of a stack with hosts, or with a Swarm and no hosts. */
type AnyStack = StackSettings | (SwarmStackSettings & { readonly hosts: [] });

function isSwarm(stack: AnyStack): stack is SwarmStackSettings & { readonly hosts: [] } {
  return "swarm" in stack;
}

/** Checks settings against the schema of their kind of stack: `swarm` makes the difference. */
function parse(values: Readonly<Record<string, unknown>>): { stack?: AnyStack; problems: Problem[] } {
  if (values["swarm"] === undefined) {
    const { error, data } = stackSchema.safeParse(values, { reportInput: true });
    return error ? { problems: toProblems(error, stackSchema) } : { stack: data, problems: [] };
  }
  const { error, data } = swarmStackSchema.safeParse(values, { reportInput: true });
  return error
    ? { problems: toProblems(error, swarmStackSchema, refusedInSwarms) }
    : {
        stack: { ...data, hosts: [] },
        problems: [managerProblems, templateProblems, passwordNetworkProblems, updateProblems].flatMap((find) =>
          find(data),
        ),
      };
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
  const schema = schemaAt(stackSchema, [key]) ?? schemaAt(swarmStackSchema, [key]);
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
