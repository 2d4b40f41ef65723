import * as pulumi from "@pulumi/pulumi";

import { resolveHosts, type FleetSettings } from "./hosts";
import { readPrivateKey } from "./private-key";
import { SettingsError, toProblems, type Problem } from "./problems";
import { stackSchema } from "./schema";

/** The SDK exports this function, but its types leave it out. */
const sdkConfig = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/**
 * Reads the settings of the current stack: the only place that looks at Pulumi's config.
 * @throws SettingsError with everything that is wrong, before anything is touched.
 */
export function readSettings(): FleetSettings {
  const namespace = `${pulumi.getProject()}:`;
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(namespace)) values[key.slice(namespace.length)] = parseValue(text);
  }
  const problems: Problem[] = [];
  const parsed = stackSchema.safeParse(withNumbersAsWritten(values), { reportInput: true });
  if (!parsed.success) problems.push(...toProblems(parsed.error));
  if (values["apiKey"] !== undefined && !sdkConfig.isConfigSecret(`${namespace}apiKey`)) {
    problems.push({
      path: "apiKey",
      problem:
        "stands in the clear; set it with `pulumi config set --secret datadog-hosts:apiKey` and replace the key at Datadog",
    });
  }
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  const { apiKey, privateKeyFile, ...stack } = parsed.data;
  const privateKey =
    privateKeyFile === undefined
      ? undefined
      : { file: privateKeyFile, text: pulumi.secret(readPrivateKey(privateKeyFile)) };
  return resolveHosts({ stackName: pulumi.getStack(), apiKey, privateKey, stack });
}

/** Pulumi hands every value over as text: lists and mappings as JSON, the rest as it was written. */
function parseValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The one top-level number arrives as text; a text that is no number stays as it is and is refused by the schema. */
function withNumbersAsWritten(values: Record<string, unknown>): Record<string, unknown> {
  const { port } = values;
  return typeof port === "string" && /^\d+$/.test(port) ? { ...values, port: Number(port) } : values;
}
