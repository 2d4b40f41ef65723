/** The tags that a container can declare by environment variable, or by label, which takes precedence. */
const variables = { project: "PROJECT", environment: "ENVIRONMENT" } as const;

/** The agent's settings that put a container's declared tags on its own series. */
export function containerTagVariables(): Record<string, string> {
  const byVariable = Object.fromEntries(Object.entries(variables).map(([tag, variable]) => [variable, tag]));
  const byLabel = Object.fromEntries(Object.keys(variables).map((tag) => [`datadog-hosts.${tag}`, tag]));
  return {
    DD_CONTAINER_ENV_AS_TAGS: JSON.stringify(byVariable),
    DD_CONTAINER_LABELS_AS_TAGS: JSON.stringify(byLabel),
  };
}

/**
 * The labels that become tags of a container's own series in an agent that can't rename them: this program's labels, and
 * labels with the names of the tags.
 */
export function containerTagLabels(): string[] {
  const tags = Object.keys(variables);
  return [...tags.map((tag) => `datadog-hosts.${tag}`), ...tags];
}
