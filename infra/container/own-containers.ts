import { containerNames, identitiesOf, type Owner, ownerLabels } from "../names";
import type { HostScript } from "../shell";

/** Defines shell functions that find a host's own containers by their labels. */
export function ownContainersScript(owner: Owner): HostScript {
  return { files: ["own-containers"], values: ownerValues(owner), calls: [] };
}

/** Removes the host's own containers except those with these full ids. */
export function removeLeftoversScript(owner: Owner, ids: readonly string[]): HostScript {
  return { ...ownContainersScript(owner), calls: [["remove_leftovers", ...ids]] };
}

/** Defines the shell function `old_containers`, which lists containers that conflict with the host's own ones. */
export function oldContainersScript(owner: Owner): HostScript {
  return { files: ["old-containers"], values: { ...containerNames, ...ownerValues(owner) }, calls: [] };
}

/** The shell variables that describe an owner, with its former names. */
function ownerValues(owner: Owner): Record<string, string> {
  const [stackLabel = "", hostLabel = "", roleLabel = ""] = Object.keys(ownerLabels(owner, "agent"));
  return {
    stack_label: stackLabel,
    host_label: hostLabel,
    role_label: roleLabel,
    ours: identitiesOf(owner)
      .map(({ stackName, name }) => `stack=${stackName} host=${name}`)
      .join("\n"),
  };
}
