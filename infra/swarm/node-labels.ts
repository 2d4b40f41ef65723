import * as pulumi from "@pulumi/pulumi";

import type { SwarmSettings } from "../settings";
import { managerCommand } from "./managers";
import type { SwarmPlacement } from "./placement";

/**
 * The tags that nodes have from their labels, as a text behind other tags in a variable of a task: the Swarm fills it in on each
 * node. Undefined if no labels are listed.
 *
 * A preview makes no connections: it knows the labels from the state. `make up` has them read again if they have changed.
 */
export function createNodeTags(
  swarm: SwarmSettings,
  { parent, dependsOn }: Pick<SwarmPlacement, "parent" | "dependsOn">,
): pulumi.Output<string> | undefined {
  const { nodeLabels } = swarm;
  if (nodeLabels.length === 0) return undefined;
  const found = managerCommand(
    "swarm-node-labels",
    swarm,
    { create: { files: ["swarm-labels"], calls: [["node_labels", ...nodeLabels]] }, triggers: [...nodeLabels] },
    { parent, dependsOn: [...dependsOn], ignoreChanges: ["create", "stdin"] },
  );
  return found.stdout.apply(nodeTagsTemplate);
}

/**
 * What the Swarm fills in as the tags of a node, each behind a blank; exported for its tests.
 * @param lines what `node_labels` in `templates/host/swarm-labels.sh` prints.
 */
export function nodeTagsTemplate(lines: string): string {
  const tags = new Map<string, string>();
  for (const line of lines.split("\n")) {
    const [, node, label, value] = /^label (\w+) (\S+) (".*")$/.exec(line) ?? [];
    if (node === undefined || label === undefined || value === undefined) continue;
    tags.set(node, `${tags.get(node) ?? ""} ${label}:${tagValue(JSON.parse(value) as string)}`);
  }
  return [...tags].map(([node, text]) => `{{if eq .Node.ID "${node}"}}${text}{{end}}`).join("");
}

/** A label's value as Datadog has it in a tag. */
function tagValue(text: string): string {
  return text
    .toLowerCase()
    .slice(0, 100)
    .replace(/[^a-z0-9_./:-]/g, "_");
}
