import type { ContainerSettings } from "../settings";
import { engineSocket, ownNames, type OwnRole } from "../names";
import type { Call } from "../shell";

/** What a trial container mounts. */
interface TrialMount {
  readonly source: string;
  readonly target: string;
  /** Default: true. */
  readonly readOnly?: boolean | undefined;
}

/**
 * A call of a function in templates/host/preflight.sh that creates a container on trial and removes it. It finds settings
 * that the engine refuses and that depend on the host, such as mounts. One that reaches the engine by its own socket is also
 * started for a moment, the generator's excepted.
 * @param flags options of `docker create` other than mounts.
 * @param own the program's own mounts of folders that every host has.
 */
export function trialCreation(
  role: OwnRole,
  settings: ContainerSettings,
  flags: readonly string[],
  own: readonly TrialMount[],
): Call {
  const mounts = [...own, ...settings.mounts].flatMap(({ source, target, readOnly = true }) => [
    "--mount",
    ["type=bind", `source=${source}`, `target=${target}`, ...(readOnly ? ["readonly"] : [])].map(csvField).join(","),
  ]);
  // Starting takes longer than creating, and the generator sees the same engine as the agent.
  const asks = role !== "generator" && own.some(({ source }) => source === engineSocket.hostFolder);
  const socket = asks ? `${engineSocket.folder}/docker.sock` : "";
  return ["engine_takes", ownNames[role], settings.image, socket, ...flags, ...mounts];
}

/** Quotes a field of a mount, which Docker parses as a line of CSV (RFC 4180). */
function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
