/** The containers' names on every host. */
export const containerNames = { agent: "dd-agent", generator: "datadog-gen" } as const;

/** The role of a container. */
export type Role = keyof typeof containerNames;

/** The owner of a host's containers, with its former names. */
export interface Owner {
  readonly stackName: string;
  readonly formerStackNames: readonly string[];
  readonly name: string;
  readonly formerNames: readonly string[];
}

/** All names of an owner: each of the stack's names with each of the host's, the current ones first. */
export function identitiesOf(owner: Owner): { readonly stackName: string; readonly name: string }[] {
  return [owner.stackName, ...owner.formerStackNames].flatMap((stackName) =>
    [owner.name, ...owner.formerNames].map((name) => ({ stackName, name })),
  );
}

/** The labels that mark a container as this stack's; the program changes no other containers. */
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
