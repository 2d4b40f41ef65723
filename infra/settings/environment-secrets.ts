import { isEncrypted, type Encrypted } from "./encrypted";
import { formatPath, type Problem } from "./problems";
import type { StackSettings } from "./schema/stack";
import { SecretText } from "./secret-text";
import type { SettingPath } from "./secrets";

/** Variables that hold one of Datadog's keys, such as `DD_APP_KEY` and `DD_LOGS_CONFIG_API_KEY`. */
const keyVariable = /(^|_)(API|APP|APPLICATION)_?KEY$/i;

/** The variables of the agent's own key: the program sets it. */
const ownKey = /^(DD_)?API_KEY$/;

/** A value that the agent looks up elsewhere. */
const handle = /^\s*ENC\[.*\]\s*$/;

/** Everywhere that variables of the agent stand: for the whole stack, and for each host. */
function environments(settings: StackSettings): { readonly at: SettingPath; readonly of: Record<string, unknown> }[] {
  const found = [{ at: ["agent", "environment"] as SettingPath, of: settings.agent?.environment }];
  settings.hosts.forEach((host, index) => {
    found.push({ at: ["hosts", index, "agent", "environment"], of: host.agent?.environment });
  });
  return found.flatMap(({ at, of }) => (of ? [{ at, of }] : []));
}

/** Variables of the agent that would show one of Datadog's keys, or would be of no effect. */
export function environmentProblems(settings: StackSettings, encrypted: Encrypted): Problem[] {
  return environments(settings).flatMap(({ at, of }) =>
    Object.entries(of).flatMap(([name, value]): Problem[] => {
      if (value === null) return [];
      const path = formatPath([...at, name]);
      if (ownKey.test(name)) {
        const problem =
          "is set by the program; take it out, and set the key with `pulumi config set --secret datadog-hosts:apiKey`";
        return [
          { path, problem: isEncrypted(encrypted, [...at, name]) ? problem : `${problem}. Replace it at Datadog` },
        ];
      }
      if (isEncrypted(encrypted, [...at, name])) {
        return value === "" ? [{ path, problem: "is empty, and an agent does not start with an empty secret" }] : [];
      }
      if (!keyVariable.test(name) || typeof value !== "string" || handle.test(value)) return [];
      const problem =
        "stands in the clear, as `docker inspect` would show it; set it with " +
        `\`pulumi config set --path --secret 'datadog-hosts:${path}'\`, and replace the key at Datadog`;
      return [{ path, problem }];
    }),
  );
}

/** Settings with each encrypted variable of the agent as a {@link SecretText}. */
export function withSecretTexts(settings: StackSettings, encrypted: Encrypted): StackSettings {
  const copy = structuredClone(settings);
  for (const { at, of } of environments(copy)) {
    for (const [name, value] of Object.entries(of)) {
      if (isEncrypted(encrypted, [...at, name])) of[name] = new SecretText(String(value));
    }
  }
  return copy;
}
