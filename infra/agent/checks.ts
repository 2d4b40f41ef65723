import { mountProblems } from "../container";
import { generationOf, versionOf } from "../generations";
import { selectIntegrations } from "../integrations";
import { HostPaths } from "../names";
import type { HostSettings, Problem } from "../settings";
import { agentMounts, agentTmpfs } from "./mounts";

/** Problems with the settings of a host's agent that depend on its generation. */
export function agentProblems(host: HostSettings): Problem[] {
  const mounts = agentMounts(host, new HostPaths(host.root), "");
  const targets = [...mounts.map(({ target }) => target), ...Object.keys(agentTmpfs(host))];
  return [...imageProblems(host), ...secretProblems(host), ...mountProblems("agent", host, targets)];
}

/** Warnings about the agent of a host. */
export function agentWarnings(host: HostSettings): readonly string[] {
  return generationOf(host).warnings(host, selectIntegrations(host.integrations));
}

function imageProblems(host: HostSettings): Problem[] {
  const version = versionOf(host.agent.image ?? "");
  const problem = version && generationOf(host).refusesVersion(version);
  return problem === undefined
    ? []
    : [{ path: host.origin("agent", "image"), problem: `${String(host.agent.image)} ${problem}` }];
}

function secretProblems(host: HostSettings): Problem[] {
  const generation = generationOf(host);
  const own = generation.environment(host, selectIntegrations(host.integrations));
  return Object.keys(host.agentSecrets).flatMap((variable) => {
    const problem =
      variable in own
        ? "is encrypted, and the program sets this variable itself (docs/settings.md); remove it"
        : generation.refusesSecret(variable);
    return problem === undefined ? [] : [{ path: host.origin("agent", "environment", variable), problem }];
  });
}
