import * as pulumi from "@pulumi/pulumi";

import { merge, undo } from "./merge";
import { formatPath } from "./problems";
import { defaults, perHost, type PerHost } from "./schema/per-host";
import type { HostEntry, StackSettings } from "./schema/stack";
import { SecretText } from "./secret-text";

/** A type with the keys filled in that have a default. */
type Filled<Type, Defaults> = {
  readonly [Key in keyof Type]-?: Key extends keyof Defaults
    ? Defaults[Key] extends readonly unknown[] | string | number | boolean
      ? NonNullable<Type[Key]>
      : Filled<NonNullable<Type[Key]>, Defaults[Key]>
    : Type[Key] | undefined;
};

/** The private key for ssh. */
export interface PrivateKey {
  /** The file's path as the settings have it, so that it is the same on every machine. */
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

/** All settings of one host, with what it does not say itself taken from the stack, and else from the defaults. */
export interface HostSettings extends Omit<Filled<PerHost, typeof defaults>, "root" | "privateKeyFile"> {
  readonly name: string;
  readonly formerNames: readonly string[];
  readonly address: string;
  /** The host's public key, `ssh-ed25519 AAAA…`; every connection is refused where the host shows another one. */
  readonly hostKey: string;
  /**
   * The networks that the agent is on, in the order in which an instance's address is looked for: the default bridge,
   * those that the settings list, and those that it is linked to. `*` is every network of the host.
   */
  readonly agentNetworks: readonly string[];
  /** Absolute path of the folder on the host under which everything is kept. */
  readonly root: string;
  readonly project: string;
  readonly environment: string;
  /** The Pulumi stack's name; the value of the `stack` tag. */
  readonly stackName: string;
  readonly formerStackNames: readonly string[];
  /** Datadog's API key, always a Pulumi secret. */
  readonly apiKey: pulumi.Output<string>;
  /** Further secrets of the agent, by the variable that they are the value of; always Pulumi secrets. */
  readonly agentSecrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** Undefined where the ssh agent is used. */
  readonly privateKey: PrivateKey | undefined;
  readonly registries: readonly Registry[];
  /**
   * Where a setting of this host is written, to be named in a message: `hosts[0].agent.image` where the host's entry says
   * it, `agent.image` otherwise.
   */
  readonly origin: (...path: string[]) => string;
}

/** The settings of one container, agent or generator. */
export type ContainerSettings = Pick<
  HostSettings["generator"],
  "image" | "memoryMiB" | "environment" | "labels" | "mounts" | "healthCheck"
>;

/** The settings of a whole stack. */
export interface FleetSettings {
  readonly hosts: readonly HostSettings[];
  /** Name of the host that every change goes to first; undefined where all go at once. */
  readonly canary: string | undefined;
}

/** What comes from elsewhere than the settings' own text. */
export interface Surroundings {
  readonly stackName: string;
  readonly apiKey: pulumi.Output<string>;
  readonly registries: readonly Registry[];
  /** Reads a private key file. */
  readonly privateKey: (file: string) => PrivateKey;
}

/** Gives each host its own full settings. */
export function resolveHosts(stack: StackSettings, surroundings: Surroundings): FleetSettings {
  const { privateKey: readKey, ...rest } = surroundings;
  return {
    canary: stack.canary,
    hosts: stack.hosts.map((entry: HostEntry, index) => {
      const { lower, upper } = undo(pick(stack), pick(entry));
      const settings = merge(defaults, lower, upper) as unknown as Filled<PerHost, typeof defaults>;
      const { environment, secrets } = splitEnvironment(settings.agent.environment);
      return {
        ...settings,
        ...rest,
        agent: { ...settings.agent, environment },
        agentSecrets: secrets,
        origin: (...path) => formatPath(says(entry, path) ? ["hosts", index, ...path] : path),
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
        privateKey: settings.privateKeyFile === undefined ? undefined : readKey(settings.privateKeyFile),
      };
    }),
  };
}

/** Tells variables that may be shown from those that may not. */
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

/** Whether there is something at a path. */
function says(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined;
  return typeof value === "object" && value !== null && says((value as Record<string, unknown>)[first], rest);
}

function agentNetworks({ agent, networks, links }: Filled<PerHost, typeof defaults>): string[] {
  return agent.network === "host" ? ["*"] : [...new Set(["bridge", ...networks, ...links])];
}

/** The settings that stack and host have in common. */
function pick(from: PerHost): Record<string, unknown> {
  return Object.fromEntries(Object.keys(perHost).map((key) => [key, from[key as keyof PerHost]]));
}

function defaultRoot(user: string): string {
  return user === "root" ? "/root/datadog" : `/home/${user}/datadog`;
}

/**
 * Which machine a host is, as far as settings can tell. Another machine has none of the host's containers, whatever the
 * state says, and a machine that was cloned or set up anew from a copy shows the same key at another address.
 */
export function machineOf(host: Pick<HostSettings, "address" | "hostKey">): string {
  return `${host.address} ${host.hostKey}`;
}
