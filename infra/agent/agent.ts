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
  /** The folder on the host with the API key and the further secrets. */
  readonly secretsFolder: pulumi.Input<string>;
}

/** The image of a host's agent: the one in the settings, else its generation's default. */
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
      environment: agentEnvironment(host, integrations),
      mounts: agentMounts(host, paths, args.secretsFolder),
      healthCheck: generation.healthCheck,
      specific: {
        ...(Object.keys(hidden).length > 0 && { tmpfs: hidden }),
        pidMode: "host",
        cgroupnsMode: "host",
        // After a reload signal, Docker treats the container as stopped by hand: "unless-stopped" would not start it after
        // a boot, nor after a crash if the container had no stop signal of its own.
        ...(generation.reloadSignal !== undefined && { restart: "always", stopSignal: "SIGTERM" }),
        ...networking(host),
      },
    },
    placement,
  );
}

/** The variables that the program sets for the agent. */
export function agentEnvironment(host: HostSettings, integrations: readonly Integration[]): Record<string, string> {
  return {
    // The templates of 2016 recognise the agent by this variable.
    SERVICE: "datadog",
    DOCKER_HOST: engineSocket.url,
    ...secretHandles(host),
    ...generationOf(host).environment(host, integrations),
  };
}

/** The default bridge is listed explicitly, because Docker leaves it out if any network is listed. */
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
