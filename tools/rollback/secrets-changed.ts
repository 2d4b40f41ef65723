import { parse } from "yaml";

/**
 * The secrets of a stack file whose encrypted values differ from those of an earlier version of it, by key, sorted. Pulumi
 * encrypts a value anew only when it is set.
 */
export function changedSecrets(now: string, earlier: string): string[] {
  const [ours, theirs] = [secretsIn(now), secretsIn(earlier)];
  return [...theirs]
    .filter(([path, value]) => ours.get(path) !== value)
    .map(([path]) => path)
    .sort();
}

function secretsIn(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    const secure = (value as { secure?: unknown }).secure;
    if (typeof secure === "string") found.set(path, secure);
    else for (const [key, part] of Object.entries(value)) walk(part, path === "" ? key : `${path}.${key}`);
  };
  walk((parse(text) as { config?: unknown } | null)?.config, "");
  return found;
}
