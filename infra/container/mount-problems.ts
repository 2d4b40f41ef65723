import { posix } from "node:path";

import type { Role } from "../names";
import type { HostSettings, Problem } from "../settings";

/**
 * Paths in a container at which the settings may mount nothing. Docker refuses the first two and mounts the third itself. At
 * the last one, programs look for an engine, which both containers have at another path.
 */
const reservedPaths = ["/", "/proc", "/sys", "/run/docker.sock"];

/**
 * Problems with mounts in the settings that overlap with mounts of the program: Docker would refuse the container, or one
 * mount would hide the other.
 * @param own absolute paths in the container at which the program mounts something.
 */
export function mountProblems(role: Role, host: HostSettings, own: readonly string[]): Problem[] {
  const origin = host.origin(role, "mounts");
  return host[role].mounts.flatMap(({ target }, index): Problem[] => {
    const path = `${origin}[${index}].target`;
    const normalized = canonical(target);
    const overlapping = own.find(
      (other) => within(normalized, canonical(other)) || within(canonical(other), normalized),
    );
    const reserved = reservedPaths.find(
      (other) => normalized === other || (other !== "/" && within(normalized, other)),
    );
    const duplicate = host[role].mounts.slice(0, index).find((other) => canonical(other.target) === normalized);
    const problem =
      overlapping !== undefined
        ? `${target} meets ${overlapping}, where the program mounts something itself; choose a folder beside it`
        : reserved !== undefined
          ? `${target} is taken: nothing can be mounted at ${reserved}; choose another folder`
          : duplicate !== undefined && `${target} is the same as ${duplicate.target}; write it once`;
    return problem === false ? [] : [{ path, problem }];
  });
}

/** Whether a path is a folder itself or lies below it. */
function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** Normalizes a path. In both images, /var/run is a link to /run. */
function canonical(path: string): string {
  return posix
    .normalize(path)
    .replace(/(?<=.)\/$/, "")
    .replace(/^\/var\/run(?=\/|$)/, "/run");
}
