import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { agentImage } from "../agent";
import { oldContainersScript, trialCall } from "../container";
import { hostCommand, hostValues } from "../host";
import { HostPaths } from "../names";
import type { HostSettings } from "../settings";
import { type Call, type HostScript, inOneScript } from "../shell";

/**
 * The host's first resource: everything else waits for it, so a host that can't serve is told before it is touched.
 * @param turn ends once the host may be touched.
 */
export function createPreflight(
  host: HostSettings,
  turn: Promise<void>,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const create = pulumi.output(turn.then(() => preflightScript(host)));
  return hostCommand(`${host.name}-preflight`, host, { create }, options);
}

/** Looks at a host and changes nothing but to pull its images: each finding is one line of what is wrong and what to do. */
export function preflightScript(host: HostSettings): HostScript {
  const { user, root } = host;
  const networks = host.agentNetworks.filter((name) => name !== "bridge" && name !== "*");
  return inOneScript(oldContainersScript(host), {
    files: ["fail", "preflight"],
    values: hostValues(host),
    calls: [
      ["engine_answers", user],
      ["networks_can_be_joined", ...networks],
      ["no_other_owner", host.stackName],
      ...(host.adopt ? [] : [["nothing_in_the_way"] as Call]),
      ["root_can_be_made", user, root],
      ["engine_disk_is_not_full"],
      ...(host.passwordFiles.length === 0 ? [] : [["plain_files", new HostPaths(root).passwords] as Call]),
      // Where the settings hold credentials for a registry, only the provider can pull.
      ...(host.registries.length > 0 ? [] : [["images_are_available", agentImage(host), host.generator.image] as Call]),
      trialCall("agent", { ...host.agent, image: agentImage(host) }, ["--pid", "host", "--cgroupns", "host"]),
      trialCall("generator", host.generator, ["--pid", "host"]),
    ],
  });
}
