import { apiKeyFile } from "../names";
import { containerTagLabels } from "./container-tags";
import type { HostSettings } from "../settings";
import { secretsFolder, type Generation } from "./generation";

const configs = "/etc/dd-agent/conf.d";

/** The agent of 2016 to 2018: it reads its files at the start and at SIGHUP, and all of them lie in one folder. */
export const generation5: Generation = {
  number: 5,
  defaultImage: "datadog/docker-dd-agent:12.7.5274",
  // A reload stops and starts every process of the agent: a burst of events is to cost one for two seconds at the most.
  defaultQuiet: "2s",
  configFile: (check) => `${check}.yaml`,
  instanceFolder: () => undefined,
  withoutInstances: "instances: []",
  reloadSignal: 1,
  watchesAnnotated: false,
  configMounts: () => [{ folder: "", target: configs }],
  // The folder of configs lies over all that the image has.
  hiddenFolders: () => [],
  // At its start it copies the user's own checks there.
  writesConfigs: true,
  bundledConfigs: { folder: configs, pattern: "*.yaml.default" },
  refusesVersion: () => undefined,
  warnings: (_, integrations) => {
    const servers = integrations.filter(({ statusPage }) => statusPage !== undefined).map(({ check }) => check[5]);
    if (servers.length === 0) return [];
    return [
      `generation 5 of the agent follows redirects in its checks of ${servers.join(" and ")}: a container can send it to any address that the host reaches. Generation 7 does not.`,
    ];
  },
  environment: (host) => ({
    DD_API_KEY_FILE: `${secretsFolder}/${apiKeyFile}`,
    DD_HOSTNAME: host.name,
    DD_URL: host.intake ?? `https://app.${host.site}`,
    TAGS: [`stack:${host.stackName}`, ...host.tags].join(","),
    DD_COLLECT_LABELS_AS_TAGS: containerTagLabels().join(","),
    ...proxyVariables(host.proxy),
  }),
  refusesSecret: () =>
    "is encrypted, and generation 5 of the agent takes variables in the clear alone, as `docker inspect` shows them; " +
    "take it out, or let generation 7 do the work",
  // What the image's own health check asks, more often than every five minutes.
  healthCheck: { test: ["CMD", "/probe.sh"], intervalSeconds: 30, timeoutSeconds: 10, retries: 3, startSeconds: 60 },
};

/** Generation 5 takes a proxy in parts. */
function proxyVariables({ http, https, noProxy }: HostSettings["proxy"]): Record<string, string> {
  const proxy = https ?? http;
  if (proxy === undefined) return {};
  const { hostname, port, protocol } = new URL(proxy);
  return {
    ...(noProxy.length > 0 && { NO_PROXY: noProxy.join(",") }),
    PROXY_HOST: hostname,
    PROXY_PORT: port || (protocol === "https:" ? "443" : "80"),
  };
}
