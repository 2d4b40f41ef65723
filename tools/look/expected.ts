import type { HostOutput } from "../../infra/fleet";
import { containerNames, logConfigsFolder, manifestFile } from "../../infra/names";
import { hostResourceOf } from "../deploy/host-resources";
import type { StackState, StateResource } from "../deploy/state";

/** A container as a stack's state knows it. */
export interface ExpectedContainer {
  readonly urn: string;
  readonly id: string;
  /** The ids of the containers that it replaces, as long as they are still to be removed. */
  readonly replaces: readonly string[];
  readonly name: string;
  /** The image's name. */
  readonly image: string;
  /** Whether it is the generator. */
  readonly generates: boolean;
  /** When Docker starts it again, such as `unless-stopped`. */
  readonly restart: string;
  /** How much memory it may use, in MiB. */
  readonly memoryMiB: number;
  /** The networks that it is on; of one that has none of its own, `none` or `host`. */
  readonly networks: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  /** Its bind mounts. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
}

/** An image as a stack's state knows it. */
export interface ExpectedImage {
  readonly urn: string;
  readonly name: string;
}

/** What is on a host according to its stack's state. */
export interface ExpectedHost {
  readonly name: string;
  /** The stack that watches it. */
  readonly stack: string;
  readonly address: string;
  /** The shell command that logs in. */
  readonly ssh: string;
  /** The folder under which everything is kept. */
  readonly root: string;
  readonly containers: readonly ExpectedContainer[];
  readonly images: readonly ExpectedImage[];
  /** Names of containers that the stack has and its state does not: the last `up` ended before they were made. */
  readonly lacking: readonly string[];
  /**
   * By path, the lists of files in the folders that hold such a list, except for secrets. Undefined where an
   * earlier version of the program has made them, without lists.
   */
  readonly manifests: ReadonlyMap<string, string> | undefined;
  /** The scripts that wrote files there, such as `files` and `api-key`. */
  readonly scripts: readonly string[];
  /** Configs that are always there, as absolute paths. */
  readonly configs: readonly string[];
}

/** The resources that a host's files come from, by their role, in the order in which they are made. */
export const fileScripts = ["files", "bundled-configs", "api-key"] as const;

/** The hosts in a stack's state on which there is something, in the order of the stack file. */
export function expectedHosts({ deployment: { resources = [] } }: StackState): ExpectedHost[] {
  const made = resources.filter((resource) => resource.delete !== true);
  const whole = made.find(({ type }) => type === "pulumi:pulumi:Stack");
  const outputs = whole?.outputs?.["hosts"];
  // urn:pulumi:STACK::PROJECT::…
  const stack = whole?.urn.split(":")[2] ?? "";
  if (!Array.isArray(outputs)) return [];
  return (outputs as readonly HostOutput[]).flatMap((output) => {
    const own = made.flatMap((resource) => {
      const place = hostResourceOf(resource.urn);
      return place?.host === output.name && place.role !== undefined ? [{ ...resource, role: place.role }] : [];
    });
    const containers = own.flatMap((resource) => containerOf(resource, resources));
    const scripts = fileScripts.filter((role) => own.some((resource) => resource.role === role));
    if (containers.length === 0 && scripts.length === 0) return [];
    const { name, address, ssh } = output;
    const root = rootOf(containers) ?? output.root;
    const files = own.find(({ role }) => role === "files")?.inputs?.["stdin"];
    return [
      {
        name,
        stack,
        address,
        ssh,
        root,
        containers,
        images: own.flatMap((resource) => imageOf(resource)),
        lacking: ((output.containers as readonly string[] | undefined) ?? []).filter(
          (wanted) => !containers.some((container) => container.name === wanted),
        ),
        manifests: typeof files === "string" ? manifestsIn(files) : undefined,
        scripts,
        configs: scripts.includes("files") ? configs(root, containers, output) : [],
      },
    ];
  });
}

/** The text that a script reads on its standard input; undefined where the state has none, or only encrypted. */
export function scriptText(
  { deployment: { resources = [] } }: StackState,
  host: string,
  role: string,
): string | undefined {
  const found = resources.find(({ urn, delete: old }) => {
    const place = hostResourceOf(urn);
    return place?.host === host && place.role === role && old !== true;
  });
  const stdin = found?.inputs?.["stdin"];
  if (typeof stdin === "string") return stdin;
  // As `pulumi stack export --show-secrets` prints a secret: its JSON, under this key.
  const plain = (stdin as { readonly plaintext?: string } | undefined)?.plaintext;
  return plain === undefined ? undefined : (JSON.parse(plain) as string);
}

function containerOf(
  { urn, id, type, inputs = {} }: StateResource,
  all: readonly StateResource[],
): ExpectedContainer[] {
  if (type !== "docker:index/container:Container" || id === undefined) return [];
  const list = (key: string): Record<string, unknown>[] => (inputs[key] ?? []) as Record<string, unknown>[];
  const name = String(inputs["name"]);
  return [
    {
      urn,
      id,
      replaces: all.flatMap((other) => (other.urn === urn && other.delete === true ? (other.id ?? []) : [])),
      name,
      image: String(inputs["image"]),
      generates: name === containerNames.generator,
      restart: String(inputs["restart"]),
      memoryMiB: Number(inputs["memory"]),
      networks: networksOf(inputs["networkMode"], list("networksAdvanced")),
      mounts: list("mounts")
        .filter(({ type }) => type === "bind")
        .map(({ source, target }) => ({ source: String(source), target: String(target) })),
    },
  ];
}

/** A mode that is no network's name stands for the only one that the container has. */
function networksOf(mode: unknown, listed: readonly Record<string, unknown>[]): ExpectedContainer["networks"] {
  if (listed.length === 0 && (mode === "none" || mode === "host")) return [{ name: mode, aliases: [] }];
  return listed.map((network) => ({
    name: String(network["name"]),
    aliases: (network["aliases"] ?? []) as string[],
  }));
}

/** The manifests in the text of the script that lays down a host's files; undefined where it has none. */
function manifestsIn(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  // Words are in single quotes where they need them, and no file's content can hold a quote that ends its own.
  const pattern = new RegExp(
    `^lay_down ('?)([^' ]+)\\1 |(?<= ${manifestFile} ')(?:[0-9a-f]{64} {2}[^\\n']+\\n)+(?=')`,
    "gm",
  );
  let folder = "";
  for (const [match, , path] of text.matchAll(pattern)) {
    if (path === undefined) found.set(folder, match);
    else folder = path;
  }
  return found.size === 0 ? undefined : found;
}

function imageOf({ urn, type, inputs = {} }: StateResource): ExpectedImage[] {
  return type === "docker:index/remoteImage:RemoteImage" ? [{ urn, name: String(inputs["name"]) }] : [];
}

/**
 * The folder under which everything is kept, as the containers have it: the outputs are those of the last run, which may
 * have failed before it came to this host.
 */
function rootOf(containers: readonly ExpectedContainer[]): string | undefined {
  const generated = containers
    .filter(({ generates }) => generates)
    .flatMap(({ mounts }) => mounts.map(({ source }) => source))
    .find((source) => source.endsWith("/generated"));
  return generated?.replace(/\/generated$/, "");
}

/** Configs that are always there: by the folders that the agent mounts, each for a check, else by the stack's checks. */
function configs(
  root: string,
  containers: readonly ExpectedContainer[],
  { integrations, agentGeneration }: HostOutput,
): string[] {
  if (agentGeneration === 5) return integrations.map((check) => `${root}/generated/datadog/${check}.yaml`);
  return containers
    .flatMap(({ mounts }) => mounts.map(({ source }) => source))
    .flatMap((source) => {
      const check = /\/generated\/datadog\/([^/]+)\.d$/.exec(source)?.[1];
      // Of logs there is a file for each container only.
      return check === undefined || source.endsWith(`/${logConfigsFolder}`) ? [] : [`${source}/${check}.yaml`];
    });
}
