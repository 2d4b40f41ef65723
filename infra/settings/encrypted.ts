import { formatPath, type Problem } from "./problems";
import type { SettingPath } from "./secrets";
import { readStackFile } from "./stack-file";

/** The settings that may be encrypted. `*` is any key or index. All others appear in previews, in the state or on hosts. */
const allowed: readonly SettingPath[] = [
  ["apiKey"],
  // As a whole, or the passwords only.
  ["registries"],
  ["registries", "*", "password"],
  ["agent", "environment", "*"],
  ["hosts", "*", "agent", "environment", "*"],
];

/** The settings of a stack as Pulumi provides them. */
export interface StackValues {
  readonly stack: string;
  /** `datadog-hosts:`, the prefix of each key in the file. */
  readonly namespace: string;
  /** The decrypted values, by key. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether the value of a key contains an encrypted value. Pulumi does not tell which one. */
  readonly holdsSecret: (key: string) => boolean;
}

/** Which settings of a stack are encrypted. */
export interface Encrypted {
  readonly paths: readonly SettingPath[];
  /** Encrypted settings that must not be, and settings whose encrypted values are unknown. */
  readonly problems: readonly Problem[];
}

/**
 * Finds out which values are encrypted. Pulumi knows this per key only, so the values are looked up in the stack's file.
 * @param folder of the stack's file. Default: `stacks`.
 */
export function findEncrypted({ stack, namespace, values, holdsSecret }: StackValues, folder?: string): Encrypted {
  const { config: inFile } = readStackFile(stack, namespace, folder);
  const paths: SettingPath[] = [];
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(values).filter(([key]) => holdsSecret(key))) {
    const found = encryptedValues(value, inFile[`${namespace}${key}`], [key]);
    if (found !== undefined) paths.push(...found);
    // The whole setting is treated as a secret.
    else if (isAllowed([key])) paths.push([key]);
    else problems.push({ path: key, problem: unknownSecret(stack) });
  }
  const refused = paths.filter((each) => !isAllowed(each));
  problems.push(...refused.map((each) => ({ path: formatPath(each), problem: wouldBeVisible(each, namespace) })));
  return { paths, problems };
}

/** Whether a setting is encrypted, by itself or as part of another one. */
export function isEncrypted({ paths }: Pick<Encrypted, "paths">, setting: SettingPath): boolean {
  return paths.some((each) => each.every((part, index) => part === setting[index]));
}

function isAllowed(setting: SettingPath): boolean {
  return allowed.some(
    (each) => each.length === setting.length && each.every((part, index) => part === "*" || part === setting[index]),
  );
}

function wouldBeVisible(setting: SettingPath, namespace: string): string {
  const key = `${namespace}${formatPath(setting)}`;
  return (
    "is encrypted, but would be visible in previews, in the state and on the host (`docker inspect`). Write it in " +
    `the clear (\`pulumi config set --path --plaintext '${key}' VALUE\`), or remove it. Secrets are allowed in apiKey, ` +
    "registries[].password and single variables of agent.environment"
  );
}

function unknownSecret(stack: string): string {
  return (
    "contains a secret, but it is unknown which value that is: the settings differ from " +
    `stacks/Pulumi.${stack}.yaml. Keep the settings in that file, and don't use --config-file`
  );
}

/**
 * The encrypted values of a setting.
 * @param value as Pulumi provides it, decrypted.
 * @param inFile as in the stack's file, where encrypted values are `{ secure: v1:… }`.
 * @returns undefined if the two differ, which means that the settings come from another source.
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
