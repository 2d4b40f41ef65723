import * as fs from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { formatPath, type Problem } from "./problems";
import type { SettingPath } from "./secrets";

const stacksFolder = path.join(__dirname, "..", "..", "stacks");

/** Where encrypted values may stand; `*` is any key or index. All others are shown in previews, in the state or on hosts. */
const allowed: readonly SettingPath[] = [
  ["apiKey"],
  // As a whole, or the passwords alone.
  ["registries"],
  ["registries", "*", "password"],
  ["agent", "environment", "*"],
  ["hosts", "*", "agent", "environment", "*"],
];

/** The settings of a stack as Pulumi hands them over. */
export interface StackValues {
  readonly stack: string;
  /** `datadog-hosts:`, which stands before each key in the file. */
  readonly namespace: string;
  /** By key, everything in the clear. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether something in a key is encrypted: Pulumi does not tell what. */
  readonly holdsSecret: (key: string) => boolean;
}

/** Which settings of a stack are encrypted. */
export interface Encrypted {
  readonly paths: readonly SettingPath[];
  /** Those that may not be, and those of which it can't be told. */
  readonly problems: readonly Problem[];
}

/**
 * Finds out which values are encrypted: Pulumi tells it by key alone, the stack's file tells it exactly.
 * @param folder that holds the file. Default: `stacks`.
 */
export function findEncrypted(
  { stack, namespace, values, holdsSecret }: StackValues,
  folder = stacksFolder,
): Encrypted {
  const inFile = readConfig(path.join(folder, `Pulumi.${stack}.yaml`));
  const paths: SettingPath[] = [];
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(values).filter(([key]) => holdsSecret(key))) {
    const found = encryptedValues(value, inFile[`${namespace}${key}`], [key]);
    if (found !== undefined) paths.push(...found);
    // All of it is handled as secret.
    else if (isAllowed([key])) paths.push([key]);
    else problems.push({ path: key, problem: notTold(stack) });
  }
  const refused = paths.filter((each) => !isAllowed(each));
  problems.push(...refused.map((each) => ({ path: formatPath(each), problem: shown(each, namespace) })));
  return { paths, problems };
}

/** Whether a setting is encrypted, by itself or with what it is a part of. */
export function isEncrypted({ paths }: Pick<Encrypted, "paths">, setting: SettingPath): boolean {
  return paths.some((each) => each.every((part, index) => part === setting[index]));
}

function isAllowed(setting: SettingPath): boolean {
  return allowed.some(
    (each) => each.length === setting.length && each.every((part, index) => part === "*" || part === setting[index]),
  );
}

function shown(setting: SettingPath, namespace: string): string {
  const key = `${namespace}${formatPath(setting)}`;
  return (
    "is encrypted, but would be shown: in previews, in the state and on the host, as by `docker inspect`. Write it in " +
    `the clear (\`pulumi config set --path --plaintext '${key}' VALUE\`), or take it out. Secrets can stand in apiKey, ` +
    "registries[].password and single variables of agent.environment"
  );
}

function notTold(stack: string): string {
  return (
    "holds a secret, and which of its values that is can't be told: it is not as in " +
    `stacks/Pulumi.${stack}.yaml. Keep the settings in that file, and leave --config-file out`
  );
}

/** The config in a stack's file; nothing where it can't be read. */
function readConfig(file: string): Readonly<Record<string, unknown>> {
  try {
    const content = parse(fs.readFileSync(file, "utf8"), { merge: true }) as { config?: unknown } | null;
    return isMapping(content?.config) ? content.config : {};
  } catch {
    return {};
  }
}

/**
 * The encrypted values of a setting.
 * @param value what Pulumi hands over, with all in the clear.
 * @param inFile what stands in the stack's file, where encrypted values are `{ secure: v1:… }`.
 * @returns undefined where the two don't agree, since the settings come from elsewhere then.
 */
function encryptedValues(value: unknown, inFile: unknown, at: SettingPath): SettingPath[] | undefined {
  if (isMapping(inFile) && Object.keys(inFile).length === 1 && typeof inFile["secure"] === "string") return [at];
  if (typeof value !== "object" || value === null) return String(value) === String(inFile) ? [] : undefined;
  if (typeof inFile !== "object" || inFile === null || Array.isArray(value) !== Array.isArray(inFile)) return undefined;
  const entries = Object.entries(value);
  const others = new Map(Object.entries(inFile));
  if (entries.length !== others.size) return undefined;
  const found = entries.map(([key, item]) =>
    others.has(key)
      ? encryptedValues(item, others.get(key), [...at, Array.isArray(value) ? Number(key) : key])
      : undefined,
  );
  return found.every((paths) => paths !== undefined) ? found.flat() : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
