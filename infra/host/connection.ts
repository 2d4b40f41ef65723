import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import { quote } from "../shell";
import type { HostSettings } from "../settings";

/** Time limit of one attempt to connect, in seconds. With three attempts, an unreachable host is reported within 30 s. */
const connectSeconds = 8;

type SshTarget = Pick<HostSettings, "address" | "port" | "user" | "hostKey" | "privateKey" | "jump">;

/** One hop of an ssh connection: the host itself or its jump host. */
type Hop = Pick<SshTarget, "address" | "port" | "user" | "hostKey" | "privateKey">;

/** The connection settings for the command provider, which has its own ssh client. */
export function commandConnection(host: SshTarget): pulumi.Input<command.types.input.remote.ConnectionArgs> {
  const hop = ({ address, port, user, hostKey, privateKey }: Hop) => ({
    host: address,
    port,
    user,
    hostKey,
    dialErrorLimit: 2,
    perDialTimeout: connectSeconds,
    ...(privateKey && { privateKey: privateKey.text }),
  });
  const jump = jumpHop(host);
  if (jump === undefined) return hop(host);
  // Only one attempt: a second one would use the connection that has just failed, and hide the reason.
  return { ...hop(host), dialErrorLimit: 0, proxy: hop(jump) };
}

/** The connection settings for the docker provider, which uses the system's `ssh`. */
export function dockerProviderArgs(host: SshTarget & Pick<HostSettings, "registries">): docker.ProviderArgs {
  const address = host.address.includes(":") ? `[${host.address}]` : host.address;
  return {
    ...sshAddress(host.user, `${address}:${host.port}`, sshOptions(host)),
    ...(host.registries.length > 0 && { registryAuth: [...host.registries] }),
  };
}

/**
 * The address of an engine and ssh's options for the docker provider. It quotes a user in the address for a shell, but starts
 * ssh without one, so that the quotes would be a part of the name: a user of a domain is an option.
 */
export function sshAddress(
  user: string,
  place: string,
  options: readonly string[],
): { readonly host: string; readonly sshOpts: string[] } {
  return user.includes("\\")
    ? { host: `ssh://${place}`, sshOpts: [...options, "-l", user] }
    : { host: `ssh://${encodeURIComponent(user)}@${place}`, sshOpts: [...options] };
}

/**
 * Options of OpenSSH's client, flag and value as separate items. They replace the user's own ssh configuration, and need no file:
 * the host's key comes from a command that echoes it.
 */
export function sshOptions(host: SshTarget): string[] {
  const jump = jumpHop(host);
  return [...hopOptions(host), ...(jump ? ["-o", `ProxyCommand=${proxyCommand(jump)}`] : [])];
}

/**
 * The same for a connection that another program makes, to any of several hosts with the same user and private key.
 * @param command the ssh option `ProxyCommand`: connects to one of them.
 */
export function sshOptionsToAny(hosts: readonly [SshTarget, ...SshTarget[]], command: string): string[] {
  const keys = hosts.map(({ hostKey }) => `"%H ${hostKey}"`).join(" ");
  // OpenSSH takes the first value of an option. The time limit is that of the command, which may try all hosts.
  const patience = ["-o", `ConnectTimeout=${(hosts.length + 1) * 2 * connectSeconds}`];
  const known = `/usr/bin/env printf %%s\\n ${keys}`;
  return [...patience, ...hopOptions(hosts[0], known), "-o", `ProxyCommand=${command}`];
}

/** The shell command that connects to a host's sshd through its jump host; undefined if it has none. */
export function jumpCommand(host: SshTarget): string | undefined {
  const jump = jumpHop(host);
  return jump && `${loginCommand(jump)} -W ${quote(`[${host.address}]:${host.port}`)}`;
}

function hopOptions(hop: Hop, knownHosts = `/usr/bin/env echo %H ${hop.hostKey}`): string[] {
  const options = [
    "BatchMode=yes",
    `ConnectTimeout=${connectSeconds}`,
    "ServerAliveInterval=15",
    "StrictHostKeyChecking=yes",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    `KnownHostsCommand=${knownHosts}`,
    "HostKeyAlgorithms=ssh-ed25519",
    ...(hop.privateKey ? ["IdentitiesOnly=yes", `IdentityFile=${asPath(hop.privateKey.file)}`] : []),
  ];
  return ["-F", "none", ...options.flatMap((option) => ["-o", option])];
}

/** Quotes a path for OpenSSH's configuration, where blanks need quotes and `%` begins a token. */
function asPath(file: string): string {
  if (/^[A-Za-z0-9_@+=:,./~-]+$/.test(file)) return file;
  return `"${file.replaceAll("%", "%%").replaceAll(/["\\]/g, "\\$&")}"`;
}

/** The ssh command to the jump host: `-J` would not pass our options on to it, so its key would not be verified. */
function proxyCommand(jump: Hop): string {
  // The outer ssh replaces its own %h and %p; doubled signs are left to the inner one.
  return `${loginCommand(jump).replaceAll("%", "%%")} -W '[%h]:%p'`;
}

function loginCommand(hop: Hop): string {
  return ["ssh", ...hopOptions(hop), "-p", String(hop.port), `${hop.user}@${hop.address}`].map(quote).join(" ");
}

function jumpHop({ jump, user, privateKey }: SshTarget): Hop | undefined {
  return (
    jump && { address: jump.address, port: jump.port ?? 22, user: jump.user ?? user, hostKey: jump.hostKey, privateKey }
  );
}
