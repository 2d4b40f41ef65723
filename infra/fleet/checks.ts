import { agentProblems } from "../agent";
import { filterProblems } from "../filter";
import { generatorProblems } from "../generator";
import { type FleetSettings, type HostSettings, type Problem, SettingsError } from "../settings";

/** Problems with the resolved settings of one host. */
function problemsOf(host: HostSettings): Problem[] {
  return [...agentProblems(host), ...generatorProblems(host), ...filterProblems(host)];
}

/**
 * Checks that the settings of each host are consistent.
 * @throws SettingsError with all problems. A problem with a setting of the stack is listed once for all its hosts.
 */
export function checkFleet({ hosts }: FleetSettings): void {
  const found = new Map<string, Problem & { readonly hosts: string[] }>();
  for (const host of hosts) {
    for (const { path, problem } of problemsOf(host)) {
      const known = found.get(`${path}: ${problem}`);
      if (known === undefined) found.set(`${path}: ${problem}`, { path, problem, hosts: [host.name] });
      else known.hosts.push(host.name);
    }
  }
  if (found.size === 0) return;
  throw new SettingsError(
    [...found.values()].map(({ path, problem, hosts: names }) => ({
      path,
      problem:
        path.startsWith("hosts[") || names.length === hosts.length ? problem : `${problem} (on ${names.join(", ")})`,
    })),
  );
}
