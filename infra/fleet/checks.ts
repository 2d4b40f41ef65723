import { agentProblems } from "../agent";
import { generatorProblems } from "../generator";
import { type FleetSettings, type HostSettings, type Problem, SettingsError } from "../settings";

/** What is wrong with the settings of one host, once all that it does not say itself is filled in. */
function problemsOf(host: HostSettings): Problem[] {
  return [...agentProblems(host), ...generatorProblems(host)];
}

/**
 * Looks whether the settings of each host fit together.
 * @throws SettingsError with everything that is wrong. What several hosts have from the stack is told once.
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
