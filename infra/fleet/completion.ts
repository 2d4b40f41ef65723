import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { gateScript } from "./canary-gate";
import { cleanupScript, unlistedScript } from "./cleanup";
import { leftoversScript, steadyScript, takeoverScript } from "../container";
import { generationOf } from "../generations";
import { hostCommand } from "../host";
import type { Role } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

/** What a completion checks and removes. */
export interface CompletionArgs {
  /** The host's containers. */
  readonly containers: Readonly<Record<Role, docker.Container>>;
  /** Absolute paths of folders in use; everything beside them is removed. */
  readonly inUse: readonly pulumi.Input<string>[];
  /** Absolute paths of configs that the stack no longer lists. */
  readonly unlisted: readonly string[];
  /** Whether the other hosts of the stack wait for this one. */
  readonly isCanary: boolean;
}

/**
 * The last resource of a host: checks the new containers, and removes what they replace. It runs again whenever a container is
 * replaced.
 */
export function createCompletion(
  host: HostSettings,
  { containers, inUse, unlisted, isCanary }: CompletionArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { agent, generator } = containers;
  const create = pulumi
    .all([agent.id, generator.id, pulumi.all([...inUse])])
    .apply(([agentId, generatorId, paths]) =>
      completionScript(host, { ids: { agent: agentId, generator: generatorId }, inUse: paths, unlisted, isCanary }),
    );
  return hostCommand(`${host.name}-cleanup`, host, { create }, options);
}

/**
 * On a host that is taken over, the old containers are removed or put back first. Then, if a container does not stay up or the
 * canary's agent does not collect, the script fails and keeps the earlier files. Exported for its tests.
 */
export function completionScript(
  host: HostSettings,
  {
    ids,
    inUse,
    unlisted,
    isCanary,
  }: Pick<CompletionArgs, "unlisted" | "isCanary"> & {
    /** Of the containers. */
    readonly ids: Readonly<Record<Role, string>>;
    readonly inUse: readonly string[];
  },
): HostScript {
  const both = [ids.agent, ids.generator];
  return inOneScript(
    ...(host.adopt ? [takeoverScript(host, ids)] : []),
    isCanary ? gateScript(host, both) : steadyScript(host, both),
    leftoversScript(host, both),
    cleanupScript(inUse),
    unlistedScript(unlisted, generationOf(host).reloadSignal),
  );
}
