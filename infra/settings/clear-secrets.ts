import { isEncrypted, type Encrypted } from "./encrypted";
import { formatPath, type Problem } from "./problems";
import type { StackSettings } from "./schema/stack";
import { holdsSecret } from "./secret-values";
import type { SettingPath } from "./secrets";

/** Shorter secrets are not searched for, in characters: they may be part of ordinary words. */
const minSecretLength = 8;

/** The settings that hold variables and labels, for the stack and for each host. */
const namedSettings: readonly SettingPath[] = [
  ["agent", "environment"],
  ["agent", "labels"],
  ["generator", "environment"],
  ["generator", "labels"],
];

interface Text {
  readonly path: SettingPath;
  readonly text: string;
}

/**
 * Problems with unencrypted settings that contain a secret: a value that another setting keeps encrypted, or a variable or
 * label that looks like a secret by its name or value. No message contains the secret.
 */
export function clearSecretProblems(settings: StackSettings, encrypted: Encrypted): Problem[] {
  const all = textsIn(settings, []);
  const isSecret = ({ path }: Text): boolean =>
    path[0] === "apiKey" || (path[0] === "registries" && path[2] === "password") || isEncrypted(encrypted, path);
  const secrets = all.filter((each) => isSecret(each) && each.text.length >= minSecretLength);
  return all
    .filter((each) => !isSecret(each))
    .flatMap(({ path, text }): Problem[] => {
      const exposed = secrets.find((secret) => text.includes(secret.text));
      if (exposed !== undefined) {
        const problem = `contains the secret of ${formatPath(exposed.path)} in the clear; remove it here, and change the secret`;
        return [{ path: formatPath(path), problem }];
      }
      const pathInHost = path[0] === "hosts" ? path.slice(2) : path;
      const [role, kind, name] = pathInHost;
      if (!namedSettings.some((each) => each[0] === role && each[1] === kind) || pathInHost.length !== 3) return [];
      // environmentProblems reports these: they can be encrypted.
      if (role === "agent" && kind === "environment" && String(name).startsWith("DD_")) return [];
      if (!holdsSecret(String(name), text)) return [];
      const problem =
        "is in the clear, and `docker inspect` would show it; remove it, change the secret, and let the container read " +
        `it from a file of the host (${String(role)}.mounts)`;
      return [{ path: formatPath(path), problem }];
    });
}

/** All texts in a value, with their paths. */
function textsIn(value: unknown, path: SettingPath): Text[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    textsIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
