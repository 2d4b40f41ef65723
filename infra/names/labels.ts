/** The containers' names on every host. */
export const containerNames = { agent: "dd-agent", generator: "datadog-gen" } as const;

/** The names of all containers that the program creates; the socket filter only where the settings ask for one. */
export const ownNames = { filter: "datadog-filter", ...containerNames } as const;

/** What follows the name of a container that has given way to its successor; templates/host/replacement.sh gives it. */
export const setAsideSuffix = ".before-replacement.";

/** The role of a container that every host has. */
export type Role = keyof typeof containerNames;

/** The role of any container of the program. */
export type OwnRole = keyof typeof ownNames;

/** Something of each of a host's containers; of the socket filter only if the host has one. */
export type ByRole<Value> = Readonly<Record<Role, Value>> & { readonly filter?: Value | undefined };

/** The owner of a host's containers: stack and host, each with its former names. */
export interface Owner {
  readonly stackName: string;
  readonly formerStackNames: readonly string[];
  readonly name: string;
  readonly formerNames: readonly string[];
}

/** All combinations of the stack's and the host's names, current names first. */
export function identitiesOf(owner: Owner): { readonly stackName: string; readonly name: string }[] {
  return [owner.stackName, ...owner.formerStackNames].flatMap((stackName) =>
    [owner.name, ...owner.formerNames].map((name) => ({ stackName, name })),
  );
}

/** The labels that mark a container as this stack's. The program changes no container without them. */
export function ownerLabels(
  host: { readonly stackName: string; readonly name: string },
  role: OwnRole,
): Record<string, string> {
  return {
    "datadog-hosts.stack": host.stackName,
    "datadog-hosts.host": host.name,
    "datadog-hosts.role": role,
  };
}
