import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { agentHostFolders, agentImage } from "../agent";
import { engineMount, oldContainersScript, trialCreation } from "../container";
import { filterTrial } from "../filter";
import { hostCommand, hostValues } from "../host";
import { HostPaths } from "../names";
import type { HostSettings } from "../settings";
import { type Call, type HostScript, inOneScript } from "../shell";

/**
 * The host's first resource, on which all others depend: an unsuitable host fails before anything is changed there.
 * @param turn resolves once the host may change.
 */
export function createPreflight(
  host: HostSettings,
  turn: Promise<void>,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const create = pulumi.output(turn.then(() => preflightScript(host)));
  return hostCommand(`${host.name}-preflight`, host, { create }, options);
}

/**
 * Checks a host. Changes nothing, except that it pulls images. A failed check prints one line: what is wrong and what to do.
 */
export function preflightScript(host: HostSettings): HostScript {
  const { user, root } = host;
  const isListed = (name: string): boolean => name !== "bridge" && name !== "*";
  // Those of the settings first: it is more often one of these that is missing.
  const networks = [...host.agentNetworks.filter(isListed), ...host.agentNetworks.filter((name) => name === "bridge")];
  // The folder with the filter's socket is created after these checks.
  const engine = host.socketFilter === undefined ? [engineMount] : [];
  return inOneScript(oldContainersScript(host), {
    files: ["fail", "ask", "preflight"],
    values: hostValues(host),
    calls: [
      ["engine_answers", user],
      ["networks_can_be_joined", ...networks],
      ["no_other_owner", host.stackName],
      ...(host.adopt ? [] : [["nothing_in_the_way"] as Call]),
      ["no_swarm_agent"],
      ["root_can_be_made", user, root],
      ["engine_is_fit", user],
      ...(host.passwordFiles.length === 0 ? [] : [["plain_files", new HostPaths(root).passwords] as Call]),
      // If there are credentials for registries, only the provider can pull.
      ...(host.registries.length > 0 ? [] : [["images_are_available", ...imagesOf(host)] as Call]),
      trialCreation(
        "agent",
        { ...host.agent, image: agentImage(host) },
        ["--pid", "host", "--cgroupns", "host"],
        [...engine, ...agentHostFolders],
      ),
      trialCreation("generator", host.generator, ["--pid", "host"], engine),
      ...filterTrial(host),
    ],
  });
}

function imagesOf(host: HostSettings): string[] {
  const { generator, socketFilter } = host;
  return [agentImage(host), generator.image, ...(socketFilter === undefined ? [] : [socketFilter.image])];
}
