import { hostValues } from "../host";
import { type Owner, ownerLabels, type Role } from "../names";
import { type HostScript, inOneScript } from "../shell";
import { oldContainersScript } from "./own-containers";
import type { HostSettings } from "../settings";

/** Time limit for the new containers to become healthy, in seconds. Docker usually decides earlier. */
export const takeoverSeconds = 300;

/** Stops and renames the old containers, so that the new ones can use their names. Exported for tests, like the others. */
export function setAsideScript(owner: Owner): HostScript {
  return inOneScript(oldContainersScript(owner), { files: ["rename", "set-aside"], calls: [["set_aside"]] });
}

/** Undoes {@link setAsideScript}, even if that was interrupted. */
export function putBackScript(owner: Owner): HostScript {
  return inOneScript(oldContainersScript(owner), {
    files: ["containers-with", "rename", "put-back"],
    calls: [["put_back", ...hostLabels(owner)]],
  });
}

/**
 * Completes a takeover once both new containers run. If they become healthy, the old containers are removed. If not, the old
 * ones are restored, and the script fails with the output of the new ones. Without old containers it does nothing.
 * @param ids of the new containers.
 */
export function takeoverScript(
  owner: Owner & Pick<HostSettings, "address">,
  ids: Readonly<Record<Role, string>>,
): HostScript {
  return inOneScript(oldContainersScript(owner), {
    files: ["fail", "harmless", "healthy", "containers-with", "rename", "set-aside", "put-back", "takeover"],
    values: hostValues(owner),
    calls: [["take_over", String(takeoverSeconds), ids.generator, ids.agent, ...hostLabels(owner)]],
  });
}

/** The labels that both containers of a host share, as `LABEL=VALUE`. */
function hostLabels(owner: Owner): string[] {
  return labelArguments(ownerLabels(owner, "agent")).slice(0, 2);
}

function labelArguments(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([label, value]) => `${label}=${value}`);
}
