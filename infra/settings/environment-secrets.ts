import { isEncrypted, type Encrypted } from "./encrypted";
import { formatPath, type Problem } from "./problems";
import { holdsSecret, isKeyVariable } from "./secret-values";
import type { StackSettings } from "./schema/stack";
import { SecretText } from "./secret-text";
import type { SettingPath } from "./secrets";

/** The variables of the agent's API key, which the program sets. */
const ownKey = /^(DD_)?API_KEY$/;

/** The agent's environment variables in the settings of the stack and of each host, with their paths. */
function environments(settings: StackSettings): { readonly at: SettingPath; readonly of: Record<string, unknown> }[] {
  const found = [{ at: ["agent", "environment"] as SettingPath, of: settings.agent?.environment }];
  settings.hosts.forEach((host, index) => {
    found.push({ at: ["hosts", index, "agent", "environment"], of: host.agent?.environment });
  });
  return found.flatMap(({ at, of }) => (of ? [{ at, of }] : []));
}

/** Problems with variables of the agent that would reveal a secret, or that have no effect. */
export function environmentProblems(settings: StackSettings, encrypted: Encrypted): Problem[] {
  return environments(settings).flatMap(({ at, of }) =>
    Object.entries(of).flatMap(([name, value]): Problem[] => {
      if (value === null) return [];
      const path = formatPath([...at, name]);
      if (ownKey.test(name)) {
        const problem =
          "is set by the program; remove it, and set the key with `pulumi config set --secret datadog-hosts:apiKey`";
        return [
          { path, problem: isEncrypted(encrypted, [...at, name]) ? problem : `${problem}. Replace it at Datadog` },
        ];
      }
      if (isEncrypted(encrypted, [...at, name])) {
        return value === "" ? [{ path, problem: "is empty, and the agent does not start with an empty secret" }] : [];
      }
      // The agent accepts encrypted values only for its own settings, whose variables begin with DD_.
      if (!name.startsWith("DD_") || typeof value !== "string" || !holdsSecret(name, value)) return [];
      const problem =
        "is in the clear, and `docker inspect` would show it; set it with " +
        `\`pulumi config set --path --secret 'datadog-hosts:${path}'\`, and ` +
        (isKeyVariable(name) ? "replace the key at Datadog" : "change the secret");
      return [{ path, problem }];
    }),
  );
}

/** A copy of the settings in which each encrypted variable of the agent is a {@link SecretText}. */
export function withSecretTexts(settings: StackSettings, encrypted: Encrypted): StackSettings {
  const copy = structuredClone(settings);
  for (const { at, of } of environments(copy)) {
    for (const [name, value] of Object.entries(of)) {
      if (isEncrypted(encrypted, [...at, name])) of[name] = new SecretText(String(value));
    }
  }
  return copy;
}
