import { containerNames, identitiesOf, type Owner, ownerLabels, type OwnRole } from "../names";
import type { HostScript } from "../shell";

/** Defines shell functions that find a host's own containers by their labels. */
export function ownContainersScript(owner: Owner): HostScript {
  return { files: ["own-containers"], values: ownerValues(owner), calls: [] };
}

/** Removes the host's own containers except those with these full ids. */
export function removeLeftoversScript(owner: Owner, ids: readonly string[]): HostScript {
  return { ...ownContainersScript(owner), calls: [["remove_leftovers", ...ids]] };
}

/** Removes the host's own containers of a role except the one with this full id. */
export function removeOthersScript(owner: Owner, role: OwnRole, id: string): HostScript {
  return { ...ownContainersScript(owner), calls: [["remove_others", role, id]] };
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
