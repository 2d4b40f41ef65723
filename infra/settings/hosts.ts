import * as pulumi from "@pulumi/pulumi";

import { merge, applyResets } from "./merge";
import { formatPath } from "./problems";
import { defaults, perHost, type PerHost } from "./schema/per-host";
import { secondsOf } from "./schema/time";
import type { HostEntry, StackSettings } from "./schema/stack";
import { SecretText } from "./secret-text";

/** A type in which the keys with a default are required. */
type Filled<Type, Defaults> = {
  readonly [Key in keyof Type]-?: Key extends keyof Defaults
    ? Defaults[Key] extends readonly unknown[] | string | number | boolean
      ? NonNullable<Type[Key]>
      : Filled<NonNullable<Type[Key]>, Defaults[Key]>
    : Type[Key] | undefined;
};

/** The private key for ssh. */
export interface PrivateKey {
  /** The file's path as in the settings, so that it is the same on every machine. */
  readonly file: string;
  /** The key itself, always a Pulumi secret. */
  readonly text: pulumi.Output<string>;
}

/** Credentials for an image registry. */
export interface Registry {
  readonly address: pulumi.Input<string>;
  readonly username: pulumi.Input<string>;
  /** Always a Pulumi secret. */
  readonly password: pulumi.Output<string>;
}

/** The resolved settings of one host: its own values, else the stack's, else the defaults. */
export interface HostSettings extends Omit<Filled<PerHost, typeof defaults>, "root" | "privateKeyFile"> {
  readonly name: string;
  readonly formerNames: readonly string[];
  readonly address: string;
  /** The host's public key, `ssh-ed25519 AAAA…`; a connection to a host with another key is refused. */
  readonly hostKey: string;
  /**
   * The networks that the agent is on, in the order in which they are searched for an instance's address: the default
   * bridge, the listed networks, and the linked ones. `*` is every network of the host.
   */
  readonly agentNetworks: readonly string[];
  /** Absolute path of the root folder on the host. */
  readonly root: string;
  readonly project: string;
  readonly environment: string;
  /** The Pulumi stack's name; the value of the `stack` tag. */
  readonly stackName: string;
  readonly formerStackNames: readonly string[];
  /** Datadog's API key, always a Pulumi secret. */
  readonly apiKey: pulumi.Output<string>;
  /** The agent's encrypted variables; always Pulumi secrets. */
  readonly agentSecrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** Undefined if the ssh agent is used. */
  readonly privateKey: PrivateKey | undefined;
  readonly registries: readonly Registry[];
  /**
   * The path of a setting of this host, for messages: `hosts[0].agent.image` if the host's entry has it, otherwise
   * `agent.image`.
   */
  readonly origin: (...path: string[]) => string;
}

/** The settings of one container, agent or generator. */
export type ContainerSettings = Pick<
  HostSettings["generator"],
  "image" | "memoryMiB" | "environment" | "labels" | "mounts" | "healthCheck"
>;

/** How changes are rolled out to the hosts of a stack. */
export interface Rollout {
  /** Name of the host that gets every change first; undefined if there is none. */
  readonly canary: string | undefined;
  /** Maximum number of other hosts that change at the same time; undefined for all. */
  readonly batch: number | undefined;
  /** Time limit for a changed host's proof that it collects as before, in seconds; undefined for no proof. */
  readonly proofSeconds: number | undefined;
}

/** The settings of a whole stack. */
export interface FleetSettings {
  /** None if the stack has a Swarm. */
  readonly hosts: readonly HostSettings[];
  readonly rollout: Rollout;
  /** The Swarm in place of hosts; undefined if the stack has none. */
  readonly swarm: SwarmSettings | undefined;
}

/** The settings of a Docker Swarm. */
export interface SwarmSettings {
  /** In the order in which they are tried. */
  readonly managers: readonly ManagerSettings[];
  /** The settings of every node, whatever its name: where one is asked for, it is a placeholder that the Swarm fills in. */
  readonly node: HostSettings;
  /** Names of the overlay networks that the program creates. */
  readonly ownNetworks: readonly string[];
  /** Names of the overlay networks that exist already and that the agent joins. */
  readonly networks: readonly string[];
  /** Constraints on the nodes that are watched. */
  readonly placement: readonly string[];
  /** Names of the nodes' labels that become tags. */
  readonly nodeLabels: readonly string[];
  /** Secrets of the Swarm with passwords, by the name that containers declare. */
  readonly passwordSecrets: readonly { readonly name: string; readonly secret: string }[];
  readonly update: {
    /** How many nodes change at the same time. */
    readonly parallelism: number;
    /** Seconds between the change of a node and that of the next one. */
    readonly delaySeconds: number;
    /** Seconds for which the failure of a changed node rolls the change back. */
    readonly monitorSeconds: number;
  };
}

/** How one manager of a Swarm is reached. */
export type ManagerSettings = Pick<
  HostSettings,
  "name" | "address" | "port" | "user" | "hostKey" | "privateKey" | "jump"
>;

/** Values for {@link resolveHosts} that are not plain text in the settings. */
export interface ExternalValues {
  readonly stackName: string;
  readonly apiKey: pulumi.Output<string>;
  readonly registries: readonly Registry[];
  /** Reads a private key file. */
  readonly privateKey: (file: string) => PrivateKey;
}

/** Resolves the settings of each host. */
export function resolveHosts(stack: StackSettings, external: ExternalValues): FleetSettings {
  return {
    rollout: resolveRollout(stack),
    hosts: stack.hosts.map((entry: HostEntry, index) => resolveHost(stack, { entry, index }, external)),
    swarm: undefined,
  };
}

/** What a host's settings need of a stack's. */
type AroundHost = Pick<StackSettings, "project" | "environment" | "formerStackNames"> & PerHost;

/**
 * Resolves the full settings of one host.
 * @param index the number of the host's entry; undefined if it has none of its own, so that all settings are the stack's.
 */
export function resolveHost(
  stack: AroundHost,
  { entry, index }: { readonly entry: HostEntry; readonly index: number | undefined },
  { privateKey: readKey, ...rest }: ExternalValues,
): HostSettings {
  const { lower, upper } = applyResets(pick(stack), pick(entry));
  const settings = merge(defaults, lower, upper) as unknown as Filled<PerHost, typeof defaults>;
  const { environment, secrets } = splitEnvironment(settings.agent.environment);
  return {
    ...settings,
    ...rest,
    agent: { ...settings.agent, environment },
    agentSecrets: secrets,
    origin: (...path) => formatPath(index !== undefined && hasValue(entry, path) ? ["hosts", index, ...path] : path),
    project: stack.project,
    environment: stack.environment,
    formerStackNames: stack.formerStackNames ?? [],
    name: entry.name,
    address: entry.address,
    hostKey: entry.hostKey,
    formerNames: entry.formerNames ?? [],
    networks: [...new Set(settings.networks)],
    links: [...new Set(settings.links)],
    agentNetworks: agentNetworks(settings),
    root: settings.root ?? defaultRoot(settings.user),
    jump: settings.jump,
    intake: settings.intake,
    socketFilter: settings.socketFilter,
    privateKey: settings.privateKeyFile === undefined ? undefined : readKey(settings.privateKeyFile),
  };
}

function resolveRollout({ canary, rollout = {} }: StackSettings): Rollout {
  const { batch, proof } = rollout;
  return { canary: rollout.canary ?? canary, batch, proofSeconds: proof === undefined ? undefined : secondsOf(proof) };
}

/** Separates plain variables from secret ones. */
function splitEnvironment(variables: Readonly<Record<string, string | SecretText>>): {
  environment: Record<string, string>;
  secrets: Record<string, pulumi.Output<string>>;
} {
  const environment: Record<string, string> = {};
  const secrets: Record<string, pulumi.Output<string>> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value instanceof SecretText) secrets[name] = pulumi.secret(value.text);
    else environment[name] = value;
  }
  return { environment, secrets };
}

/** Whether there is a value at a path. */
function hasValue(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined;
  return typeof value === "object" && value !== null && hasValue((value as Record<string, unknown>)[first], rest);
}

function agentNetworks({ agent, networks, links }: Filled<PerHost, typeof defaults>): string[] {
  return agent.network === "host" ? ["*"] : [...new Set(["bridge", ...networks, ...links])];
}

/** The settings that can be set for both stack and host. */
function pick(from: PerHost): Record<string, unknown> {
  return Object.fromEntries(Object.keys(perHost).map((key) => [key, from[key as keyof PerHost]]));
}

/** A user of a domain, `CORP\name`, has the home `/home/CORP/name` (Samba's default, `template homedir`). */
function defaultRoot(user: string): string {
  return user === "root" ? "/root/datadog" : `/home/${user.replace("\\", "/")}/datadog`;
}

/**
 * An identifier of a host's machine: its address and host key, since a cloned machine has the same key at another address. When
 * it changes, the host has none of the containers that the state lists.
 */
export function machineIdentity(host: Pick<HostSettings, "address" | "hostKey">): string {
  return `${host.address} ${host.hostKey}`;
}
