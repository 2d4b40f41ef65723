import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { HostSettings } from "./settings/hosts";

/** Seconds that a try to connect may last. With three tries, an unreachable host is told within 30 seconds. */
const connectSeconds = 8;

type SshTarget = Pick<HostSettings, "address" | "port" | "user" | "hostKey" | "privateKey">;

/** How the command provider reaches a host. It has an ssh client of its own. */
export function commandConnection(host: SshTarget): pulumi.Input<command.types.input.remote.ConnectionArgs> {
  return {
    host: host.address,
    port: host.port,
    user: host.user,
    hostKey: host.hostKey,
    dialErrorLimit: 2,
    perDialTimeout: connectSeconds,
    ...(host.privateKey && { privateKey: host.privateKey.text }),
  };
}

/** How the docker provider reaches the same host: through the system's `ssh`. */
export function dockerProviderArgs(host: SshTarget): docker.ProviderArgs {
  const address = host.address.includes(":") ? `[${host.address}]` : host.address;
  return { host: `ssh://${host.user}@${address}:${host.port}`, sshOpts: sshOptions(host) };
}

/**
 * Options of OpenSSH's client, flag and value as separate items. They say everything that matters, so that nobody's own
 * ssh configuration changes what happens, and need no file: the host's key comes from a command that echoes it.
 */
export function sshOptions(host: SshTarget): string[] {
  const options = [
    "BatchMode=yes",
    `ConnectTimeout=${connectSeconds}`,
    "ServerAliveInterval=15",
    "StrictHostKeyChecking=yes",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    `KnownHostsCommand=/usr/bin/env echo %H ${host.hostKey}`,
    "HostKeyAlgorithms=ssh-ed25519",
    ...(host.privateKey ? ["IdentitiesOnly=yes", `IdentityFile=${host.privateKey.file}`] : []),
  ];
  return ["-F", "none", ...options.flatMap((option) => ["-o", option])];
}
