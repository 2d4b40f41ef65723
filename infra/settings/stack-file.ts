import * as fs from "node:fs";
import * as path from "node:path";

import { parseDocument } from "yaml";

import type { Problem } from "./problems";
import { writtenProblems } from "./written";

const stacksFolder = path.join(__dirname, "..", "..", "stacks");

/** A stack's own file as it is written; Pulumi has read it already. */
export interface StackFile {
  /** What stands below `config:`; empty if the file can't be read, because the settings then come from elsewhere. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What is wrong with it that the values do not show. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a stack's own file.
 * @param namespace `datadog-hosts:`, the prefix of each key.
 * @param folder that holds the file. Default: `stacks`.
 */
export function readStackFile(stack: string, namespace: string, folder = stacksFolder): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  try {
    const text = fs.readFileSync(path.join(folder, name), "utf8");
    const document = parseDocument(text, { merge: true, prettyErrors: false, logLevel: "error" });
    const content = document.toJS() as { config?: unknown } | null;
    const config = isMapping(content?.config) ? content.config : {};
    const others = Object.keys(config).filter((key) => !key.startsWith(namespace) && !key.startsWith("pulumi:"));
    const problems = others.map((key) => ({
      path: `(stacks/${name})`,
      problem: `has the key ${key}; each key begins with ${namespace}`,
    }));
    return { config, problems: [...problems, ...writtenProblems(document, namespace, { numbersBecomeTexts: true })] };
  } catch {
    return { config: {}, problems: [] };
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
