import { labelsWithoutEffect, mountProblems, variablesWithoutEffect } from "../container";
import { generationOf, versionOf } from "../generations";
import { supportsIntegration, integrationNames, selectIntegrations } from "../integrations";
import { HostPaths } from "../names";
import type { HostSettings, Problem } from "../settings";
import { agentEnvironment } from "./agent";
import { applicationProblems } from "./applications";
import { agentMounts, agentTmpfs } from "./mounts";

/** Problems with the settings of a host's agent that depend on its generation. */
export function agentProblems(host: HostSettings): Problem[] {
  const mounts = agentMounts(host, new HostPaths(host.root), "");
  const targets = [...mounts.map(({ target }) => target), ...Object.keys(agentTmpfs(host))];
  return [
    ...imageProblems(host),
    ...integrationProblems(host),
    ...variableProblems(host),
    ...secretProblems(host),
    ...applicationProblems(host),
    ...mountProblems("agent", host, targets),
  ];
}

/** Warnings about the agent of a host. */
export function agentWarnings(host: HostSettings): readonly string[] {
  const integrations = selectIntegrations(host.integrations, host.agent.generation);
  const generation = generationOf(host);
  const variables = Object.keys(host.agent.environment).filter((name) => !generation.completesVariables.includes(name));
  return [
    ...generation.warnings(host, integrations),
    ...variablesWithoutEffect("agent", variables, agentEnvironment(host, integrations)),
    ...labelsWithoutEffect("agent", host),
  ];
}

function imageProblems(host: HostSettings): Problem[] {
  const image = host.agent.image ?? "";
  const generation = generationOf(host);
  const version = versionOf(image);
  const problem = generation.refusesImage(image) ?? (version && generation.refusesVersion(version));
  return problem === undefined ? [] : [{ path: host.origin("agent", "image"), problem: `${image} ${problem}` }];
}

/** Listed integrations that the generation does not have. All of them together mean all that it has. */
function integrationProblems({ agent: { generation }, integrations, name, origin }: HostSettings): Problem[] {
  const missing = integrations.filter((integration) => !supportsIntegration(generation, integration));
  if (missing.length === 0 || integrationNames.every((integration) => integrations.includes(integration))) return [];
  return [
    {
      path: origin("integrations"),
      problem: `generation ${generation} of the agent, which host ${name} has, has no ${missing.join(" and no ")}; take ${missing.length === 1 ? "it" : "them"} out, or use generation 7`,
    },
  ];
}

function variableProblems(host: HostSettings): Problem[] {
  return Object.keys({ ...host.agent.environment, ...host.agentSecrets }).flatMap((variable) => {
    const problem = generationOf(host).refusesVariable(variable, host);
    return problem === undefined ? [] : [{ path: host.origin("agent", "environment", variable), problem }];
  });
}

function secretProblems(host: HostSettings): Problem[] {
  const generation = generationOf(host);
  const own = generation.environment(host, selectIntegrations(host.integrations, host.agent.generation));
  return Object.keys(host.agentSecrets).flatMap((variable) => {
    const problem = Object.hasOwn(own, variable)
      ? "is encrypted, and the program sets this variable itself (docs/settings.md); remove it"
      : generation.refusesSecret(variable);
    return problem === undefined ? [] : [{ path: host.origin("agent", "environment", variable), problem }];
  });
}
