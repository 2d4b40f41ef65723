import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { gateScript } from "./canary-gate";
import { cleanupScript, removeUnlistedScript, type LeftConfigs } from "./cleanup";
import { removeLeftoversScript, steadyScript, takeoverScript } from "../container";
import { generationOf } from "../generations";
import { hostCommand } from "../host";
import type { ByRole } from "../names";
import { generatorPaths } from "../rendering";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

/** Arguments of {@link createCompletion}. */
export interface CompletionArgs {
  /** The host's containers. */
  readonly containers: ByRole<docker.Container>;
  /** Absolute paths of folders in use. Everything next to them is removed. */
  readonly inUse: readonly pulumi.Input<string>[];
  /** Its configs, of which some may be left from earlier settings. */
  readonly configs: LeftConfigs;
  /** Whether the other hosts of the stack wait for this one. */
  readonly isCanary: boolean;
}

/**
 * The last resource of a host: checks the new containers and removes what they replace. It runs again whenever a container is
 * replaced.
 */
export function createCompletion(
  host: HostSettings,
  { containers, inUse, configs, isCanary }: CompletionArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { agent, generator, filter } = containers;
  const create = pulumi
    .all([{ agent: agent.id, generator: generator.id, filter: filter?.id }, pulumi.all([...inUse])])
    .apply(([ids, paths]) => completionScript(host, { ids, inUse: paths, configs, isCanary }));
  return hostCommand(`${host.name}-cleanup`, host, { create }, options);
}

/**
 * The completion's script. During a takeover, it first removes or restores the old containers. If a container does not keep
 * running, or the canary's agent does not collect, it fails and keeps the earlier files. Exported for tests.
 */
export function completionScript(
  host: HostSettings,
  {
    ids,
    inUse,
    configs,
    isCanary,
  }: Pick<CompletionArgs, "configs" | "isCanary"> & {
    /** Ids of the containers. */
    readonly ids: ByRole<string>;
    readonly inUse: readonly string[];
  },
): HostScript {
  const watched = { ids, published: generatorPaths.published };
  return inOneScript(
    ...(host.adopt ? [takeoverScript(host, ids)] : []),
    isCanary ? gateScript(host, watched) : steadyScript(host, watched),
    removeLeftoversScript(
      host,
      Object.values(ids).filter((id) => id !== undefined),
    ),
    cleanupScript(inUse),
    removeUnlistedScript(configs, generationOf(host).reloadSignal),
  );
}
