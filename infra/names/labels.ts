/** The containers' names on every host. */
export const containerNames = { agent: "dd-agent", generator: "datadog-gen" } as const;

/** What a container is for. */
export type Role = keyof typeof containerNames;

/** By what a host's containers are known to be its own. */
export interface Owner {
  readonly stackName: string;
  readonly formerStackNames: readonly string[];
  readonly name: string;
  readonly formerNames: readonly string[];
}

/** What an owner is and was called: every stack's name with every host's, today's first. */
export function identitiesOf(owner: Owner): { readonly stackName: string; readonly name: string }[] {
  return [owner.stackName, ...owner.formerStackNames].flatMap((stackName) =>
    [owner.name, ...owner.formerNames].map((name) => ({ stackName, name })),
  );
}

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
