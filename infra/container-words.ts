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
