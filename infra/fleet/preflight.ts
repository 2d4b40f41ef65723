import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { agentImage } from "../agent";
import { HostPaths } from "../names";
import type { HostSettings } from "../settings";
import { hostCommand, quote } from "../host";
import { oldContainersFunction } from "../container";

/** The host's first resource: everything else waits for it, so a host that can't serve is told before it is touched. */
export function createPreflight(host: HostSettings, options: pulumi.CustomResourceOptions): command.remote.Command {
  return hostCommand(`${host.name}-preflight`, host, { create: preflightLines(host) }, options);
}

/** Looks at a host and changes nothing but to pull its images: each finding is one line of what is wrong and what to do. */
export function preflightLines(host: HostSettings): string[] {
  const networks = host.agentNetworks.filter((name) => name !== "bridge" && name !== "*");
  return [
    `fail() { echo "Host ${host.name} (${host.address}): $1" >&2; exit 1; }`,
    `command -v docker >/dev/null 2>&1 || fail "there is no docker command. Install Docker (its client and engine), then run again."`,
    `answer=$(docker version --format '{{.Server.Version}}' 2>&1) || case $answer in`,
    `  *"permission denied"*) fail "user ${host.user} may not use Docker. Add the user to the docker group (usermod -aG docker ${host.user}), then run again." ;;`,
    `  *) fail "the Docker engine does not answer ($(echo "$answer" | tail -n 1)). Start it (systemctl start docker), then run again." ;;`,
    `esac`,
    ...networks.flatMap(networkLines),
    ...inTheWayLines(host),
    ...rootLines(host),
    ...passwordLines(host),
    ...imageLines(host),
  ];
}

/**
 * Whether the engine would let a container join a network: one that is there, to which containers of their own may be
 * attached.
 */
function networkLines(name: string): string[] {
  const other = "name another one in the host's networks, then run again.";
  return [
    `answer=$(docker network inspect --format ${quote(networkFormat)} ${quote(name)} 2>&1) || case $answer in`,
    `  *"not found"* | *"o such network"*) fail "there is no Docker network ${name}. Create it (docker network create ${name}) or take it out of the host's networks, then run again." ;;`,
    `  *) fail "the Docker network ${name} can't be looked at ($(echo "$answer" | tail -n 1)). Mend that, or ${other}" ;;`,
    "esac",
    "case $answer in",
    `  *' config-only') fail "no container can join the Docker network ${name}: it holds settings for other networks alone. Join one that is made from it, or ${other}" ;;`,
    `  *' ingress') fail "no container can join the Docker network ${name}: it is the swarm's own for published ports. Take it out, or ${other}" ;;`,
    `  *' swarm false '*) fail "the Docker network ${name} takes services of the swarm alone. Make it anew with docker network create --attachable, or ${other}" ;;`,
    "esac",
  ];
}

/** Name, scope, whether single containers may join, and what else keeps them out. */
const networkFormat =
  "{{.Name}} {{.Scope}} {{.Attachable}} {{if .ConfigOnly}}config-only{{else if .Ingress}}ingress{{else}}-{{end}}";

/**
 * Another's containers under the names of ours. Nobody's can be taken over, where the settings say so; another stack's
 * never.
 */
function inTheWayLines(host: HostSettings): string[] {
  const list = (...each: string[]): string =>
    ["old_containers | while read -r id running name image stack host; do", ...each, "done"].join("\n");
  return [
    ...oldContainersFunction(host),
    `others=$(${list(
      `[ "$stack" != stack= ] || continue`,
      `if [ "$stack" = ${quote(`stack=${host.stackName}`)} ]; then`,
      `  echo "the container $name is that of host \${host#host=} of this stack. If that host is called ${host.name} now, add formerNames: [\${host#host=}] to it, then run again."`,
      `else`,
      `  echo "the container $name belongs to stack \${stack#stack=}, which watches this machine as host \${host#host=}. If this stack was called \${stack#stack=} before, add formerStackNames: [\${stack#stack=}] to it. Else take the machine out of one of the stacks (and run up there). Then run again."`,
      `fi`,
    )})`,
    `[ -z "$others" ] || fail "$others"`,
    ...(host.adopt
      ? []
      : [
          `old=$(${list(
            `if [ "$running" = true ]; then state=running; else state=stopped; fi`,
            `echo "$name ($image, $state)"`,
          )})`,
          `[ -z "$old" ] || fail "in the way: $(echo "$old" | tr '\\n' ';' | sed 's/;$//; s/;/, /g'). This stack did not make them, and nothing was touched. To take them over, set adopt: true for the host or the stack: they go once the new containers are healthy. Or remove them yourself; then run again."`,
        ]),
  ];
}

/** Whether the user may make the folder, or write into it where it is there. */
function rootLines({ root, user }: HostSettings): string[] {
  return [
    `folder=${quote(root)}`,
    'while ! [ -e "$folder" ]; do folder=${folder%/*}; folder=${folder:-/}; done',
    `if ! [ -d "$folder" ] || ! [ -w "$folder" ]; then fail "user ${user} can't make the folder ${root}. Give the user that folder, or name another one as root, then run again."; fi`,
  ];
}

/** Whether all password files are plain ones: the generator would follow a link to wherever it leads. */
function passwordLines({ root, passwordFiles }: HostSettings): string[] {
  if (passwordFiles.length === 0) return [];
  const folder = new HostPaths(root).passwords;
  return [
    `odd=$(find ${quote(folder)} -mindepth 1 ! -type f 2>/dev/null | head -n 1)`,
    `[ -z "$odd" ] || fail "$odd is no plain file, and password files are read by whoever follows a link. Put the file itself there, then run again."`,
  ];
}

/**
 * Whether the images are on the host or can be pulled; the docker provider finds them there then. Where the settings
 * hold credentials for a registry, only the provider can pull.
 */
function imageLines(host: HostSettings): string[] {
  if (host.registries.length > 0) return [];
  const images = [agentImage(host), host.generator.image];
  return images.map(
    (image) =>
      `docker image inspect ${quote(image)} >/dev/null 2>&1 || answer=$(docker pull --quiet ${quote(image)} 2>&1) || fail "the image ${image} can't be had ($(echo "$answer" | tail -n 1)). See that its reference in the stack file is right and that the host reaches its registry (or load the image there by hand), then run again."`,
  );
}
