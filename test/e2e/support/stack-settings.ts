import { readFileSync, writeFileSync } from "node:fs";

import { parseDocument } from "yaml";

/**
 * Changes settings in a stack file and leaves the rest as it is.
 * @param changes values by dotted path below `datadog-hosts:`, such as `agent.labels`; undefined takes a key away.
 * @returns puts the file back as it was.
 */
export function changeSettings(file: string, changes: Readonly<Record<string, unknown>>): () => void {
  const before = readFileSync(file, "utf8");
  const document = parseDocument(before);
  for (const [dotted, value] of Object.entries(changes)) {
    const [key = "", ...inner] = dotted.split(".");
    const path = ["config", `datadog-hosts:${key}`, ...inner];
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  writeFileSync(file, document.toString({ lineWidth: 0 }));
  return () => {
    writeFileSync(file, before);
  };
}
