import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { parse } from "yaml";

import type { StackConfig } from "./graph";

const stacksFolder = resolve(__dirname, "..", "..", "stacks");

/** Stands for every encrypted value: what is encrypted is an API key. */
const anyApiKey = "0123456789abcdef0123456789abcdef";

/** The settings in a stack's file, without its passphrase: encrypted values are replaced and handed over as secret. */
export function readStackFile(stack: string): StackConfig {
  const text = readFileSync(join(stacksFolder, `Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(text) as { config: Record<string, unknown> };
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    key.replace(/^datadog-hosts:/, ""),
    value,
  ]);
  const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;
  return {
    stack,
    config: Object.fromEntries(entries.map(([key, value]) => [key, isSecret(value) ? anyApiKey : value])),
    secrets: entries.filter(([, value]) => isSecret(value)).map(([key]) => key),
  };
}
