import { isEncrypted, type Encrypted } from "./encrypted";
import { formatPath, type Problem } from "./problems";
import { holdsSecret, isKeyVariable } from "./secret-values";
import type { StackSettings } from "./schema/stack";
import { SecretText } from "./secret-text";
import type { SettingPath } from "./secrets";

/** The variables of the agent's API key, which the program sets. */
const ownKey = /^(DD_)?API_KEY$/;

/** The agent's environment variables in the settings of the stack and of each host, with their paths. */
function environments(settings: StackSettings): Environment[] {
  const found = [{ path: ["agent", "environment"] as SettingPath, variables: settings.agent?.environment }];
  settings.hosts.forEach((host, index) => {
    found.push({ path: ["hosts", index, "agent", "environment"], variables: host.agent?.environment });
  });
  return found.flatMap(({ path, variables }) => (variables ? [{ path, variables }] : []));
}

/** A setting that holds variables of the agent. */
interface Environment {
  readonly path: SettingPath;
  readonly variables: Record<string, unknown>;
}

/** Problems with variables of the agent that would reveal a secret, or that have no effect. */
export function environmentProblems(settings: StackSettings, encrypted: Encrypted): Problem[] {
  return environments(settings).flatMap((environment) =>
    Object.entries(environment.variables).flatMap(([name, value]): Problem[] => {
      if (value === null) return [];
      const settingPath = [...environment.path, name];
      const path = formatPath(settingPath);
      if (ownKey.test(name)) {
        const problem =
          "is set by the program; remove it, and set the key with `pulumi config set --secret datadog-hosts:apiKey`";
        return [{ path, problem: isEncrypted(encrypted, settingPath) ? problem : `${problem}. Replace it at Datadog` }];
      }
      if (isEncrypted(encrypted, settingPath)) {
        return value === ""
          ? [
              {
                path,
                problem: "is empty, and the agent does not start with an empty secret; remove it, or give it a value",
              },
            ]
          : [];
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
  for (const { path, variables } of environments(copy)) {
    for (const [name, value] of Object.entries(variables)) {
      if (isEncrypted(encrypted, [...path, name])) variables[name] = new SecretText(String(value));
    }
  }
  return copy;
}
