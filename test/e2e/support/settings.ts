import { readFile, writeFile } from "node:fs/promises";

import { parseDocument } from "yaml";

import type { SandboxDeployment } from "../../../tools/sandbox/deployment";

/** Sets values in a stack's file, by their path below `datadog-hosts:`, such as `["agent", "healthCheck"]`; undefined takes one out. */
export async function setSettings(
  deployment: SandboxDeployment,
  settings: readonly (readonly [path: readonly (string | number)[], value: unknown])[],
): Promise<void> {
  const document = parseDocument(await readFile(deployment.stackFile, "utf8"));
  for (const [[key, ...rest], value] of settings) {
    const path = ["config", `datadog-hosts:${String(key)}`, ...rest];
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  await writeFile(deployment.stackFile, document.toString({ lineWidth: 0 }));
}
