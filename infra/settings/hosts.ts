import * as pulumi from "@pulumi/pulumi";

import type { HostEntry, StackSettings } from "./schema";

/** What every host of a stack has in common. */
export interface SharedSettings extends Omit<
  StackSettings,
  "hosts" | "apiKey" | "privateKeyFile" | "user" | "port" | "networks" | "links" | "root"
> {
  /** The Pulumi stack's name; the value of the `stack` tag. */
  readonly stackName: string;
  /** Datadog's API key, always a Pulumi secret. */
  readonly apiKey: pulumi.Output<string>;
  /** The private key for ssh; undefined where the ssh agent is used. */
  readonly privateKey: PrivateKey | undefined;
}

export interface PrivateKey {
  /** The file's path as the settings have it, so that it is the same on every machine. */
  readonly file: string;
  /** The key itself, always a Pulumi secret. */
  readonly text: pulumi.Output<string>;
}

/** All settings of one host, with what it does not say itself taken from the stack. */
export interface HostSettings extends SharedSettings {
  readonly name: string;
  readonly formerNames: readonly string[];
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** The host's public key, `ssh-ed25519 AAAA…`; every connection is refused where the host shows another one. */
  readonly hostKey: string;
  readonly networks: readonly string[];
  readonly links: readonly string[];
  /** Absolute path of the folder on the host under which everything is kept. */
  readonly root: string;
}

/** The settings of a whole stack. */
export interface FleetSettings {
  readonly hosts: readonly HostSettings[];
}

/** Gives each host its own full settings. */
export function resolveHosts(from: {
  stackName: string;
  apiKey: string;
  privateKey: PrivateKey | undefined;
  stack: Omit<StackSettings, "apiKey" | "privateKeyFile">;
}): FleetSettings {
  const { hosts, user, port, networks, links, root, ...rest } = from.stack;
  const shared: SharedSettings = {
    ...rest,
    stackName: from.stackName,
    apiKey: pulumi.secret(from.apiKey),
    privateKey: from.privateKey,
  };
  return {
    hosts: hosts.map((entry: HostEntry) => {
      const hostUser = entry.user ?? user;
      return {
        ...shared,
        name: entry.name,
        formerNames: entry.formerNames,
        address: entry.address,
        hostKey: entry.hostKey,
        user: hostUser,
        port: entry.port ?? port,
        networks: [...new Set(entry.networks ?? networks)],
        links: [...new Set(entry.links ?? links)],
        root: entry.root ?? root ?? defaultRoot(hostUser),
      };
    }),
  };
}

function defaultRoot(user: string): string {
  return user === "root" ? "/root/datadog" : `/home/${user}/datadog`;
}
