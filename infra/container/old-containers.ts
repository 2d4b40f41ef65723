import { containerNames, identitiesOf, type Owner, ownerLabels } from "../names";
import type { HostScript } from "../shell";

/** Defines the shell function `old_containers`, which lists what is in the way of a host's own containers. */
export function oldContainersScript(owner: Owner): HostScript {
  const [stackLabel = "", hostLabel = ""] = Object.keys(ownerLabels(owner, "agent"));
  return {
    files: ["old-containers"],
    values: {
      ...containerNames,
      stack_label: stackLabel,
      host_label: hostLabel,
      ours: identitiesOf(owner)
        .map(({ stackName, name }) => `stack=${stackName} host=${name}`)
        .join("\n"),
    },
    calls: [],
  };
}
