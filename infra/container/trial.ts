import type { ContainerSettings } from "../settings";
import { containerNames, type Role } from "../names";
import type { Call } from "../shell";

/**
 * A call of templates/host/preflight.sh that asks the engine whether it would make a container: with all that depends on
 * the host, as far as it is said when a container is made.
 * @param flags of `docker create`, besides those for the mounts in the settings.
 */
export function trialCall(role: Role, settings: ContainerSettings, flags: readonly string[]): Call {
  const mounts = settings.mounts.flatMap(({ source, target, readOnly = true }) => [
    "--mount",
    ["type=bind", `source=${source}`, `target=${target}`, ...(readOnly ? ["readonly"] : [])].map(csvField).join(","),
  ]);
  return ["engine_takes", containerNames[role], settings.image, ...flags, ...mounts];
}

/** Docker reads a mount as a line of CSV (RFC 4180). */
function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
