import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import { agentNetworks } from "./agent-networks";
import { createContainer, readOnlyMount, type Placement } from "./container";
import { apiKeyFile } from "./api-key";
import type { HostPaths } from "./host-paths";
import { configPath, type Integration } from "./integrations";
import { containerTagVariables } from "./container-words";
import type { HostSettings } from "./settings/hosts";

/** Where the agent finds its API key. */
const secretsFolder = "/run/secrets/datadog";

export interface AgentArgs {
  readonly paths: HostPaths;
  readonly integrations: readonly Integration[];
  /** The folder that holds the API key. */
  readonly apiKeyFolder: pulumi.Input<string>;
}

/** The Datadog agent of one host, generation 7. */
export function createAgent(host: HostSettings, args: AgentArgs, placement: Placement): docker.Container {
  const { paths, integrations } = args;
  return createContainer(
    "agent",
    host,
    {
      settings: host.agent,
      environment: agentEnvironment(host, integrations),
      mounts: [
        readOnlyMount("/var/run/docker.sock", "/var/run/docker.sock"),
        readOnlyMount("/proc", "/host/proc"),
        readOnlyMount("/sys/fs/cgroup", "/host/sys/fs/cgroup"),
        readOnlyMount(args.apiKeyFolder, secretsFolder),
        readOnlyMount(paths.ownChecks, "/conf.d"),
        // The check's own folder each: it hides the image's auto_conf.yaml, which would double every metric.
        ...integrations.map((integration) => {
          const { folder } = configPath(integration);
          return readOnlyMount(`${paths.generated}/${folder}`, `/etc/datadog-agent/conf.d/${folder}`);
        }),
      ],
      // What the image's own health check asks, with more time for a busy host.
      healthCheck: {
        test: ["CMD", "agent", "health"],
        intervalSeconds: 30,
        timeoutSeconds: 10,
        retries: 3,
        startSeconds: 60,
      },
      specific: {
        hostname: host.name,
        pidMode: "host",
        cgroupnsMode: "host",
        networkMode: "bridge",
        // Any listed network takes a container off the default bridge, so that one is listed too.
        networksAdvanced: agentNetworks(host).map((name) => ({ name })),
      },
    },
    placement,
  );
}

/** The agent's environment: names and forms as in the agent's own documentation. */
export function agentEnvironment(host: HostSettings, integrations: readonly Integration[]): Record<string, string> {
  const { proxy } = host;
  return {
    SERVICE: "datadog",
    DD_HOSTNAME: host.name,
    DD_API_KEY: `ENC[file@${secretsFolder}/${apiKeyFile}]`,
    DD_SECRET_BACKEND_COMMAND: "/readsecret_multiple_providers.sh",
    DD_SITE: host.site,
    DD_TAGS: [`stack:${host.stackName}`, ...host.tags].join(" "),
    DD_AUTOCONF_CONFIG_FILES_POLL: "true",
    DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL: String(host.agent.pollSeconds),
    DD_IGNORE_AUTOCONF: integrations.map(({ check }) => check).join(" "),
    ...containerTagVariables(),
    ...(host.intake !== undefined && { DD_DD_URL: host.intake }),
    ...(proxy.http !== undefined && { DD_PROXY_HTTP: proxy.http }),
    ...(proxy.https !== undefined && { DD_PROXY_HTTPS: proxy.https }),
    ...(proxy.noProxy.length > 0 && { DD_PROXY_NO_PROXY: proxy.noProxy.join(" ") }),
  };
}
