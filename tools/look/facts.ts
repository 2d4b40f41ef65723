import { UserError } from "../shared/errors";

/** A container as the engine knows it. */
export interface ActualContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** `running`, `exited`, `created`, `paused`, `restarting`, `removing` or `dead`. */
  readonly status: string;
  readonly exitCode: number;
  /** The stack whose label it carries; empty where none. */
  readonly stack: string;
  /** When Docker starts it again, such as `unless-stopped`. */
  readonly restart: string;
  /** How much memory it may use, in bytes; 0 where there is no limit. */
  readonly memory: number;
  /** The networks that it is on, by their names. */
  readonly networks: ReadonlyMap<string, Attachment>;
}

/** How a container is on a network. */
export interface Attachment {
  /** Id of the network. Empty where it has never run on it. */
  readonly id: string;
  /** By which names others on it find the container. */
  readonly aliases: readonly string[];
}

/** A folder that a container has mounted, on the host and as the container sees it. */
export interface MountedFolder {
  readonly container: string;
  readonly source: string;
  readonly target: string;
  /** Device and inode; empty where there is none. */
  readonly outside: string;
  /** The same, seen inside; undefined where the container could not say. */
  readonly inside: string | undefined;
}

/** What is wrong with a path. */
export type PathProblem = "gone" | "edited" | "rights" | "unwritable";

/** What a look at a host has told. */
export interface Facts {
  readonly paths: readonly { readonly problem: PathProblem; readonly path: string }[];
  /** What the engine said where it did not answer; undefined where it did, or was not asked. */
  readonly engineProblem: string | undefined;
  readonly containers: readonly ActualContainer[];
  /** Names of the images that are not on the host. */
  readonly missingImages: readonly string[];
  /** Ids of the host's networks, by their names. */
  readonly networks: ReadonlyMap<string, string>;
  readonly mounted: readonly MountedFolder[];
}

/**
 * Reads what the script of `lookScript` has printed.
 * @throws UserError where it was cut off.
 */
export function readFacts(output: string): Facts {
  const lines = output.split("\n").map((line) => line.split("\t"));
  if (!lines.some(([kind]) => kind === "done")) throw new UserError("the look was cut off");
  const of = (kind: string): string[][] => lines.filter(([first]) => first === kind).map(([, ...fields]) => fields);
  const inside = new Map(of("inside").map(([id, target, inode]) => [`${id} ${target}`, inode]));
  const problems = ["gone", "edited", "rights", "unwritable"] as const;
  return {
    paths: problems.flatMap((problem) => of(problem).map(([path = ""]) => ({ problem, path }))),
    engineProblem: of("engine").find(([said]) => said !== undefined)?.[0],
    containers: of("container").map(([json = ""]) => readContainer(json)),
    missingImages: of("image").map(([name = ""]) => name),
    networks: new Map(of("network").map(([id = "", name = ""]) => [name, id])),
    mounted: of("outside").map(([container = "", target = "", source = "", outside = ""]) => ({
      container,
      source,
      target,
      outside,
      inside: inside.get(`${container} ${target}`),
    })),
  };
}

function readContainer(json: string): ActualContainer {
  const said = JSON.parse(json) as Omit<ActualContainer, "networks" | "stack"> & {
    readonly stack: string | null;
    readonly networks: Readonly<Record<string, { NetworkID?: string; Aliases?: readonly string[] | null }>> | null;
  };
  const networks = Object.entries(said.networks ?? {}).map(
    ([name, { NetworkID: id = "", Aliases: aliases }]) => [name, { id, aliases: aliases ?? [] }] as const,
  );
  return { ...said, name: said.name.replace(/^\//, ""), stack: said.stack ?? "", networks: new Map(networks) };
}
