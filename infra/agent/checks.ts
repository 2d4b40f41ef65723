import { generationOf } from "../generations";
import { selectIntegrations } from "../integrations";
import type { HostSettings, Problem } from "../settings";

/** What is wrong with the settings of a host's agent, as far as its generation decides that. */
export function agentProblems(host: HostSettings): Problem[] {
  return secretProblems(host);
}

function secretProblems(host: HostSettings): Problem[] {
  const generation = generationOf(host);
  const own = generation.environment(host, selectIntegrations(host.integrations));
  return Object.keys(host.agentSecrets).flatMap((variable) => {
    const problem =
      variable in own
        ? "is encrypted, and the program sets this variable itself (docs/settings.md); take it out"
        : generation.refusesSecret(variable);
    return problem === undefined ? [] : [{ path: host.origin("agent", "environment", variable), problem }];
  });
}
