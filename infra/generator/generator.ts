import type * as docker from "@pulumi/docker";

import { createContainer, type Placement } from "../container";
import { generatorMounts, generatorTmpfs, type GeneratorFolders } from "./mounts";
import { generatorPaths } from "../rendering";
import { engineSocket, type HostPaths } from "../names";
import type { HostSettings } from "../settings";

export interface GeneratorArgs extends GeneratorFolders {
  readonly paths: HostPaths;
}

/** The generator of one host: docker-gen, which turns the host's containers into integration configs. */
export function createGenerator(host: HostSettings, args: GeneratorArgs, placement: Placement): docker.Container {
  return createContainer(
    "generator",
    host,
    {
      settings: host.generator,
      environment: generatorEnvironment,
      mounts: generatorMounts(host, args.paths, args),
      healthCheck: generatorHealthCheck,
      specific: {
        networkMode: "none",
        // For signals to web servers whose status page has changed; publish.sh explains why they don't go through the engine.
        pidMode: "host",
        command: generatorArguments(),
        readOnly: true,
        tmpfs: generatorTmpfs,
        capabilities: { drops: ["ALL"], adds: [...generatorCapabilities] },
        // Docker adds this label itself with the host's process ids; without it here, each refresh would show a change.
        securityOpts: ["label=disable", "no-new-privileges"],
      },
    },
    placement,
  );
}

/** The variables that the program sets for the generator. */
export const generatorEnvironment = { DOCKER_HOST: engineSocket.url } as const;

/** It writes into a folder of the host's user, and creates others there with the same owner. */
export const generatorCapabilities = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_KILL"] as const;

/**
 * Healthy while docker-gen is connected to the engine and its newest drafts are published. The check also retries a failed
 * publication.
 */
export const generatorHealthCheck = {
  test: ["CMD", "sh", generatorPaths.publish],
  intervalSeconds: 10,
  timeoutSeconds: 10,
  retries: 3,
  startSeconds: 10,
};

/** The arguments of docker-gen. */
export function generatorArguments(): string[] {
  return [
    "-event-filter",
    "type=container",
    "-event-filter",
    "type=network",
    ...eventFilters(),
    "-config",
    generatorPaths.configFile,
  ];
}

/** The events that can change a config. docker-gen adds its own defaults; without type filters an unrelated event can end it. */
function eventFilters(): string[] {
  return ["start", "stop", "die", "pause", "unpause", "rename", "connect", "disconnect"].flatMap((event) => [
    "-event-filter",
    `event=${event}`,
  ]);
}
