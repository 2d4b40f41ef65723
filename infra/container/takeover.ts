import { hostValues } from "../host";
import { type Owner, ownerLabels, type Role } from "../names";
import { type HostScript, inOneScript } from "../shell";
import { oldContainersScript } from "./own-containers";
import type { HostSettings } from "../settings";

/** Seconds that the new containers may take to become healthy; Docker's own verdict mostly comes before. */
export const takeoverSeconds = 300;

/** Frees the containers' names; exported for its tests, as are the others. */
export function setAsideScript(owner: Owner): HostScript {
  return inOneScript(oldContainersScript(owner), { files: ["rename", "set-aside"], calls: [["set_aside"]] });
}

/** Undoes {@link setAsideScript}, as far as it has come. */
export function putBackScript(owner: Owner): HostScript {
  return inOneScript(oldContainersScript(owner), {
    files: ["containers-with", "rename", "put-back"],
    calls: [["put_back", ...hostLabels(owner)]],
  });
}

/**
 * Ends a takeover, once both new containers run. When they are healthy the old ones go, else the old ones are put back and
 * the script fails with what the new ones said. Where nothing old is on the host it does nothing.
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

/** By which labels both containers of a host are known. */
function hostLabels(owner: Owner): string[] {
  return labelWords(ownerLabels(owner, "agent")).slice(0, 2);
}

/** Labels as `docker` takes them. */
function labelWords(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([label, value]) => `${label}=${value}`);
}
