/** The containers' names on every host. */
export const containerNames = { agent: "dd-agent", generator: "datadog-gen" } as const;

/** What a container is for. */
export type Role = keyof typeof containerNames;

/** Labels by which a container is known to be this stack's: nobody else's is ever touched. */
export function ownerLabels(
  host: { readonly stackName: string; readonly name: string },
  role: Role,
): Record<string, string> {
  return {
    "datadog-hosts.stack": host.stackName,
    "datadog-hosts.host": host.name,
    "datadog-hosts.role": role,
  };
}
