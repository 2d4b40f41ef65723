/** The tags that a container can set for itself: by environment variable, or by label, which wins. */
const tagWords = { project: "PROJECT", environment: "ENVIRONMENT" } as const;

/** The agent's settings by which a container's own series carry the tags that it names. */
export function containerTagVariables(): Record<string, string> {
  const byVariable = Object.fromEntries(Object.entries(tagWords).map(([tag, variable]) => [variable, tag]));
  const byLabel = Object.fromEntries(Object.keys(tagWords).map((tag) => [`datadog-hosts.${tag}`, tag]));
  return {
    DD_CONTAINER_ENV_AS_TAGS: JSON.stringify(byVariable),
    DD_CONTAINER_LABELS_AS_TAGS: JSON.stringify(byLabel),
  };
}

/**
 * The labels that an agent which can't rename them puts on a container's own series: those of every container, and
 * those that are called like the tags.
 */
export function containerTagLabels(): string[] {
  const tags = Object.keys(tagWords);
  return [...tags.map((tag) => `datadog-hosts.${tag}`), ...tags];
}
