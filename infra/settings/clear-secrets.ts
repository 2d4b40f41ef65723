import { isEncrypted, type Encrypted } from "./encrypted";
import { formatPath, type Problem } from "./problems";
import type { StackSettings } from "./schema/stack";
import { holdsSecret } from "./secret-values";
import type { SettingPath } from "./secrets";

/** A shorter secret may well be part of another word. */
const shortest = 8;

/** Where variables and labels stand, in the stack's settings and in each host's. */
const named: readonly SettingPath[] = [
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
 * Problems with settings that are visible and show a secret: one that another setting keeps encrypted, or, in variables and
 * labels, one by its name or its form. No message repeats it.
 */
export function clearSecretProblems(settings: StackSettings, encrypted: Encrypted): Problem[] {
  const all = textsIn(settings, []);
  const isSecret = ({ path }: Text): boolean =>
    path[0] === "apiKey" || (path[0] === "registries" && path[2] === "password") || isEncrypted(encrypted, path);
  const secrets = all.filter((each) => isSecret(each) && each.text.length >= shortest);
  return all
    .filter((each) => !isSecret(each))
    .flatMap(({ path, text }): Problem[] => {
      const shown = secrets.find((secret) => text.includes(secret.text));
      if (shown !== undefined) {
        const problem = `contains the secret of ${formatPath(shown.path)} in the clear; remove it here, and change the secret`;
        return [{ path: formatPath(path), problem }];
      }
      const place = path[0] === "hosts" ? path.slice(2) : path;
      const [role, kind, name] = place;
      if (!named.some((each) => each[0] === role && each[1] === kind) || place.length !== 3) return [];
      // Those that can be encrypted have their own advice.
      if (role === "agent" && kind === "environment" && String(name).startsWith("DD_")) return [];
      if (!holdsSecret(String(name), text)) return [];
      const problem =
        "is in the clear, and `docker inspect` would show it; remove it, change the secret, and let the container read " +
        `it from a file of the host (${String(role)}.mounts)`;
      return [{ path: formatPath(path), problem }];
    });
}

/** All texts in a value, with where they stand. */
function textsIn(value: unknown, path: SettingPath): Text[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    textsIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
