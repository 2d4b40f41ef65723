import { apiKeyFile } from "../names";
import { integrationNames, selectIntegrations } from "../integrations";
import { applicationVariables } from "./applications";
import { containerTagVariables } from "./container-tags";
import { ignoredDiscovery, noChecksFromContainers } from "./discovery";
import { intakeVariables } from "./intake";
import type { HostSettings } from "../settings";
import { secretsFolder, type Generation } from "./generation";
import { refusedIn7 } from "./refused-variables";

/**
 * The oldest supported minor version: 7.30 has `secret_backend_skip_checks` (release notes of the Cluster
 * Agent 1.14.0, which shares the code), 7.32 the script that reads secrets from files, and 7.41
 * `autoconf_config_files_poll`. Generation 6 counts its minor versions in step with 7.
 */
const oldestMinor = 41;

const configs = "/etc/datadog-agent/conf.d";

const defaultImage = "gcr.io/datadoghq/agent:7.69.4";

/**
 * Keeps the agent from resolving handles (`ENC[…]`) and its own variables (`%%env_…%%`) in configs and labels; in its own
 * settings it still resolves them. Agents that don't know the second variable have no secret in their environment either.
 */
const resolvesNothing = { DD_SECRET_BACKEND_SKIP_CHECKS: "true", DD_AD_DISABLE_ENV_VAR_RESOLUTION: "true" } as const;

/** The folder of a check. Its mount hides the image's `auto_conf.yaml`, which would collect every metric a second time. */
const folderOf = (check: string): string => `${check}.d`;

/** The variables that send everything to the intake, except those that the stack sets itself. */
function intakeOf({ agent, agentSecrets }: HostSettings, intake: string): Record<string, string> {
  const { DD_DD_URL, ...others } = intakeVariables(intake);
  const own = Object.entries(others).filter(([name]) => !(name in agent.environment) && !(name in agentSecrets));
  return { ...Object.fromEntries(own), ...(DD_DD_URL !== undefined && { DD_DD_URL }) };
}

/** Today's agent: it polls its files and must not get a signal. */
export const generation7: Generation = {
  number: 7,
  defaultImage,
  defaultQuiet: "500ms",
  configFile: (check) => `${folderOf(check)}/${check}.yaml`,
  instanceFolder: folderOf,
  withoutInstances: "logs: []",
  reloadSignal: undefined,
  runsAnnotated: ({ discovery }) => discovery === "agent",
  configMounts: (integrations) =>
    integrations.map(({ check }) => ({ folder: folderOf(check[7]), target: `${configs}/${folderOf(check[7])}` })),
  // The agent still copies the user's own files into such a folder when it starts.
  hiddenFolders: ({ discovery }, integrations) =>
    selectIntegrations(discovery === "agent" ? [] : integrationNames)
      .filter((integration) => integration.runsUnasked === true && !integrations.includes(integration))
      .map(({ check }) => `${configs}/${folderOf(check[7])}`),
  writesConfigs: false,
  bundledConfigs: undefined,
  refusesImage: (image) =>
    /(^|\/)docker-dd-agent([:@]|$)/.test(image)
      ? `is the agent of generation 5; set agent.generation: 5, or name another image, such as ${defaultImage}`
      : undefined,
  refusesVersion: ({ major, minor }) =>
    (major === 6 || major === 7) && minor < oldestMinor
      ? `is too old: before 7.${oldestMinor} the agent does not notice changed configs, before 7.32 it can't read its key from a file, and before 7.30 it gives its secrets to any container that asks; choose a newer one, such as ${defaultImage}`
      : undefined,
  warnings: ({ agent, discovery }) => [
    ...(discovery === "agent"
      ? [
          "with discovery: agent, any container can order any check of the agent by its labels: one that you don't trust can get the API key.",
        ]
      : []),
    ...(agent.resolveHandles
      ? [
          "with agent.resolveHandles, the agent resolves handles and variables in every container's labels: a container that you don't trust can get the API key or another container's secrets.",
        ]
      : []),
  ],
  environment: (host, integrations) => {
    const { proxy } = host;
    return {
      DD_API_KEY: `ENC[file@${secretsFolder}/${apiKeyFile}]`,
      DD_SECRET_BACKEND_COMMAND: "/readsecret_multiple_providers.sh",
      ...(!host.agent.resolveHandles && resolvesNothing),
      DD_HOSTNAME: host.name,
      DD_SITE: host.site,
      DD_TAGS: [`stack:${host.stackName}`, ...host.tags].join(" "),
      DD_AUTOCONF_CONFIG_FILES_POLL: "true",
      DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL: String(host.agent.pollSeconds),
      DD_IGNORE_AUTOCONF: ignoredDiscovery(
        integrations.map(({ check }) => check[7]),
        host.discovery !== "agent",
        host.agent.environment["DD_IGNORE_AUTOCONF"],
      ),
      ...(host.discovery !== "agent" && noChecksFromContainers),
      ...containerTagVariables(),
      ...applicationVariables(host),
      ...(host.intake !== undefined && intakeOf(host, host.intake)),
      ...(proxy.http !== undefined && { DD_PROXY_HTTP: proxy.http }),
      ...(proxy.https !== undefined && { DD_PROXY_HTTPS: proxy.https }),
      ...(proxy.noProxy.length > 0 && { DD_PROXY_NO_PROXY: proxy.noProxy.join(" ") }),
    };
  },
  completesVariables: ["DD_IGNORE_AUTOCONF"],
  refusesVariable: refusedIn7,
  refusesSecret: (variable) => {
    if (!variable.startsWith("DD_")) {
      return "is encrypted, and the agent looks up secrets only in its own settings, which begin with DD_; remove it";
    }
    // The agent reads proxies directly from the environment, where it looks up no secrets.
    const unresolved = ["DD_SECRET_", "DD_PROXY_"].find((start) => variable.startsWith(start));
    return unresolved && `is encrypted, and the agent looks up no secrets in ${unresolved}… settings; remove it`;
  },
  // The image's own health check, with more time for a busy host.
  healthCheck: {
    test: ["CMD", "agent", "health"],
    intervalSeconds: 30,
    timeoutSeconds: 10,
    retries: 3,
    startSeconds: 60,
  },
};
