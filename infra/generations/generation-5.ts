import { apiKeyFile } from "../names";
import { containerTagLabels } from "./container-tags";
import type { HostSettings } from "../settings";
import { secretsFolder, type Generation } from "./generation";
import { refusedIn5 } from "./refused-variables";

const configs = "/etc/dd-agent/conf.d";

const defaultImage = "datadog/docker-dd-agent:12.7.5274";

/** The agent of 2016 to 2018: it reads its files at its start and at SIGHUP, all of them from one folder. */
export const generation5: Generation = {
  number: 5,
  defaultImage,
  // A reload restarts every process of the agent, so there must be at most one every two seconds.
  defaultQuiet: "2s",
  configFile: (check) => `${check}.yaml`,
  instanceFolder: () => undefined,
  withoutInstances: "instances: []",
  reloadSignal: 1,
  runsAnnotated: () => false,
  configMounts: () => [{ folder: "", target: configs }],
  // The mounted folder of configs hides everything that the image has there.
  hiddenFolders: () => [],
  // It copies the user's own checks there when it starts.
  writesConfigs: true,
  bundledConfigs: { folder: configs, pattern: "*.yaml.default" },
  refusesImage: (image) =>
    /(^|\/)datadog(hq)?\/agent([:@]|$)/.test(image)
      ? `is the agent of generation 6 or 7; set agent.generation: 7, or name another image, such as ${defaultImage}`
      : undefined,
  refusesVersion: () => undefined,
  warnings: (_, integrations) => {
    const servers = integrations
      .filter(({ followsRedirects }) => followsRedirects === true)
      .map(({ check }) => check[5]);
    if (servers.length === 0) return [];
    return [
      `generation 5 of the agent follows redirects in its checks of ${servers.join(", ").replace(/, ([^,]*)$/, " and $1")}: a container can send it to any address that the host reaches. Generation 7 does not.`,
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
  completesVariables: [],
  refusesVariable: refusedIn5,
  refusesSecret: () =>
    "is encrypted, and generation 5 of the agent takes variables only in the clear, where `docker inspect` shows them; " +
    "remove it, or use generation 7",
  // The image's own health check, but more often than every five minutes.
  healthCheck: { test: ["CMD", "/probe.sh"], intervalSeconds: 30, timeoutSeconds: 10, retries: 3, startSeconds: 60 },
};

/** Generation 5 has separate variables for a proxy's host and port. */
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
