import { posix } from "node:path";

import type { Role } from "../names";
import type { HostSettings, Problem } from "../settings";

/**
 * Paths that no mount may cover in any container. Docker refuses the first two and fills the third itself. At the last one,
 * programs look for an engine; both containers have it elsewhere.
 */
const never = ["/", "/proc", "/sys", "/run/docker.sock"];

/**
 * Mounts in the settings that overlap one of the program's own: Docker would refuse the container, or one mount would hide the
 * other.
 * @param own absolute paths in the container at which the program mounts something.
 */
export function mountProblems(role: Role, host: HostSettings, own: readonly string[]): Problem[] {
  const origin = host.origin(role, "mounts");
  return host[role].mounts.flatMap(({ target }, index): Problem[] => {
    const path = `${origin}[${index}].target`;
    const here = canonical(target);
    const met = own.find((other) => within(here, canonical(other)) || within(canonical(other), here));
    const kept = never.find((other) => here === other || (other !== "/" && within(here, other)));
    const before = host[role].mounts.slice(0, index).find((other) => canonical(other.target) === here);
    const problem =
      met !== undefined
        ? `${target} meets ${met}, where the program mounts something itself; choose a folder beside it`
        : kept !== undefined
          ? `${target} is taken: nothing can be mounted at ${kept}; choose another folder`
          : before !== undefined && `${target} is the same as ${before.target}; write it once`;
    return problem === false ? [] : [{ path, problem }];
  });
}

/** Whether a path is another one or lies below it. */
function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** A path in its shortest form; in both images /var/run is a link to /run. */
function canonical(path: string): string {
  return posix
    .normalize(path)
    .replace(/(?<=.)\/$/, "")
    .replace(/^\/var\/run(?=\/|$)/, "/run");
}
