import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { agentNetworks } from "./agent-networks";
import { hostCommand } from "./host-commands";
import { quote } from "./host-script";
import type { HostSettings } from "./settings/hosts";

/** The host's first resource: everything else waits for it, so a host that can't serve is told before it is touched. */
export function createPreflight(host: HostSettings, options: pulumi.CustomResourceOptions): command.remote.Command {
  return hostCommand(`${host.name}-preflight`, host, { create: preflightLines(host) }, options);
}

/** Looks at a host without changing it: each finding is one line of what is wrong and what to do. */
export function preflightLines(host: HostSettings): string[] {
  const networks = agentNetworks(host).filter((name) => name !== "bridge" && name !== "*");
  return [
    `fail() { echo "Host ${host.name} (${host.address}): $1" >&2; exit 1; }`,
    `command -v docker >/dev/null 2>&1 || fail "there is no docker command. Install Docker (its client and engine), then run again."`,
    `answer=$(docker version --format '{{.Server.Version}}' 2>&1) || case $answer in`,
    `  *"permission denied"*) fail "user ${host.user} may not use Docker. Add the user to the docker group (usermod -aG docker ${host.user}), then run again." ;;`,
    `  *) fail "the Docker engine does not answer: $answer. Start it (systemctl start docker), then run again." ;;`,
    `esac`,
    ...networks.map(
      (name) =>
        `docker network inspect ${quote(name)} >/dev/null 2>&1 || fail "there is no Docker network ${name}. Create it (docker network create ${name}) or take it out of the host's networks, then run again."`,
    ),
    `mkdir -p ${quote(host.root)} 2>/dev/null || fail "user ${host.user} can't make the folder ${host.root}. Give the user that folder, or name another one as root, then run again."`,
  ];
}
