import { posix } from "node:path";

import type { HostSettings, Problem } from "../settings";

/** Folders on a host through which the engine's own socket can be reached, and the socket itself. */
const openPaths = ["/", "/run", "/var", "/var/run", "/run/docker.sock", "/var/run/docker.sock"];

/** Problems with mounts in the settings that would lead agent or generator past the socket filter. */
export function filterProblems(host: HostSettings): Problem[] {
  if (host.socketFilter === undefined) return [];
  return (["agent", "generator"] as const).flatMap((role) =>
    host[role].mounts.flatMap(({ source }, index): Problem[] => {
      if (!openPaths.includes(posix.normalize(source))) return [];
      const problem = `${source} leads past socketFilter to the Docker engine's own socket; mount a folder below it, or remove socketFilter`;
      return [{ path: `${host.origin(role, "mounts")}[${index}].source`, problem }];
    }),
  );
}
