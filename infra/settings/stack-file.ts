import * as fs from "node:fs";
import * as path from "node:path";

import { parseDocument } from "yaml";

import type { Problem } from "./problems";
import { notationProblems } from "./notation";

const stacksFolder = path.join(__dirname, "..", "..", "stacks");

/** The content of a stack's own file. Pulumi provides the same settings, but without their notation. */
export interface StackFile {
  /** The content of `config:`; empty if the file can't be read, since the settings then come from another source. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Problems that Pulumi's values do not show. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a stack's own file.
 * @param namespace `datadog-hosts:`, the prefix of each key.
 * @param folder of the file. Default: `stacks`.
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
    return { config, problems: [...problems, ...notationProblems(document, namespace, { numbersBecomeTexts: true })] };
  } catch {
    return { config: {}, problems: [] };
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
