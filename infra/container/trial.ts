import type { ContainerSettings } from "../settings";
import { containerNames, type Role } from "../names";
import type { Call } from "../shell";

/**
 * A call of a function in templates/host/preflight.sh that creates a container on trial and removes it. It finds settings
 * that the engine refuses when a container is created and that depend on the host, such as mounts.
 * @param flags options of `docker create` in addition to the mounts in the settings.
 */
export function trialCreation(role: Role, settings: ContainerSettings, flags: readonly string[]): Call {
  const mounts = settings.mounts.flatMap(({ source, target, readOnly = true }) => [
    "--mount",
    ["type=bind", `source=${source}`, `target=${target}`, ...(readOnly ? ["readonly"] : [])].map(csvField).join(","),
  ]);
  return ["engine_takes", containerNames[role], settings.image, ...flags, ...mounts];
}

/** Quotes a field of a mount, which Docker parses as a line of CSV (RFC 4180). */
function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
