import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import type { HostSettings } from "../settings";
import { createContainer, type Placement } from "../container";
import { generationOf } from "../generations";
import { containerNames, engineSocket, type HostPaths } from "../names";
import type { Integration } from "../integrations";
import { agentMounts, agentTmpfs } from "./mounts";
import { secretHandles } from "./secrets";

export interface AgentArgs {
  readonly paths: HostPaths;
  readonly integrations: readonly Integration[];
  /** The folder on the host that holds the API key and the further secrets. */
  readonly secretsFolder: pulumi.Input<string>;
}

/** The image of a host's agent: the settings' one, else its generation's. */
export function agentImage(host: HostSettings): string {
  return host.agent.image ?? generationOf(host).defaultImage;
}

/** The Datadog agent of one host. */
export function createAgent(host: HostSettings, args: AgentArgs, placement: Placement): docker.Container {
  const { paths, integrations } = args;
  const generation = generationOf(host);
  const hidden = agentTmpfs(host);
  return createContainer(
    "agent",
    host,
    {
      settings: { ...host.agent, image: agentImage(host) },
      // By this word the templates of 2016 know the agent.
      environment: {
        SERVICE: "datadog",
        DOCKER_HOST: engineSocket.url,
        ...secretHandles(host),
        ...generation.environment(host, integrations),
      },
      mounts: agentMounts(host, paths, args.secretsFolder),
      healthCheck: generation.healthCheck,
      specific: {
        ...(Object.keys(hidden).length > 0 && { tmpfs: hidden }),
        pidMode: "host",
        cgroupnsMode: "host",
        // By the first reload Docker takes it for stopped by hand, and would not start it "unless-stopped" after a boot;
        // without a stop signal of its own, not after a crash either.
        ...(generation.reloadSignal !== undefined && { restart: "always", stopSignal: "SIGTERM" }),
        ...networking(host),
      },
    },
    placement,
  );
}

/** Any listed network takes a container off the default bridge, so that one is listed too. */
function networking(host: HostSettings): Pick<docker.ContainerArgs, "hostname" | "networkMode" | "networksAdvanced"> {
  if (host.agent.network === "host") return { networkMode: "host" };
  return {
    hostname: host.name,
    networkMode: "bridge",
    networksAdvanced: host.agentNetworks.map((name) => ({
      name,
      ...(host.links.includes(name) && { aliases: [containerNames.agent] }),
    })),
  };
}
