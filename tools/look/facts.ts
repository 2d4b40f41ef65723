import { UserError } from "../shared/errors";

/** A container as the engine knows it. */
export interface ActualContainer {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  readonly image: string;
  /** Id of the image that it was made from. */
  readonly imageId: string;
  /** `running`, `exited`, `created`, `paused`, `restarting`, `removing` or `dead`. */
  readonly status: string;
  readonly exitCode: number;
  /** The stack whose label it carries; empty where none. */
  readonly stack: string;
  /** When Docker starts it again, such as `unless-stopped`. */
  readonly restart: string;
  /** How much memory it may use, in bytes; 0 where there is no limit. */
  readonly memory: number;
  /** The same with swap; -1 where there is no limit, or none that the kernel could keep. */
  readonly memorySwap: number;
  /** What its health check says, such as `unhealthy`; empty where it has none. */
  readonly health: string;
  /** Its other limits that are set, by the names that `docker update` has for them. */
  readonly limits: ReadonlyMap<string, string>;
  /** The networks that it is on, by their names. */
  readonly networks: ReadonlyMap<string, Attachment>;
}

/** A container's place on a network. */
export interface Attachment {
  /** Id of the network. Empty where it has never run on it. */
  readonly id: string;
  /** The names by which others on it find the container. */
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

const pathProblems = ["gone", "edited", "rights", "open", "added", "unwritable", "page-rights"] as const;

/** What is wrong with a path. */
export type PathProblem = (typeof pathProblems)[number];

/** What was found on a host. */
export interface Facts {
  readonly paths: readonly { readonly problem: PathProblem; readonly path: string }[];
  /** The error of an engine that did not answer; undefined if it answered, or was not asked. */
  readonly engineProblem: string | undefined;
  readonly containers: readonly ActualContainer[];
  /** Ids of the images by whose names containers are made; empty where the host has none of that name. */
  readonly images: ReadonlyMap<string, string>;
  /** Ids of the host's networks, by their names: an engine may have several of one name. */
  readonly networks: ReadonlyMap<string, readonly string[]>;
  readonly mounted: readonly MountedFolder[];
  /** Ids of the host's own containers in which a process is stopped. */
  readonly stopped: ReadonlySet<string>;
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
  const networks = of("network");
  return {
    paths: pathProblems.flatMap((problem) =>
      [...new Set(of(problem).map(([path = ""]) => path))].map((path) => ({ problem, path })),
    ),
    engineProblem: of("engine").find(([said]) => said !== undefined)?.[0],
    containers: of("container").map(([json = ""]) => readContainer(json)),
    images: new Map(of("image").map(([name = "", id = ""]) => [name, id])),
    networks: new Map(
      networks.map(([, name = ""]) => [name, networks.flatMap(([id = "", other]) => (other === name ? [id] : []))]),
    ),
    stopped: new Set(of("stopped").map(([id = ""]) => id)),
    mounted: of("outside").map(([container = "", target = "", source = "", outside = ""]) => ({
      container,
      source,
      target,
      outside,
      inside: inside.get(`${container} ${target}`),
    })),
  };
}

/** The engine's fields with limits, by the options of `docker update`, and the values that are as good as none. */
const limitFields: Readonly<Record<string, readonly [field: string, ...none: readonly unknown[]]>> = {
  cpus: ["NanoCpus", 0],
  "cpu-quota": ["CpuQuota", 0, -1],
  "cpu-shares": ["CpuShares", 0, 1024],
  "cpu-rt-runtime": ["CpuRealtimeRuntime", 0],
  "cpuset-cpus": ["CpusetCpus", ""],
  "cpuset-mems": ["CpusetMems", ""],
  "memory-reservation": ["MemoryReservation", 0],
  "pids-limit": ["PidsLimit", null, 0, -1],
  "blkio-weight": ["BlkioWeight", 0],
};

/** Processors are counted in billionths. */
const billion = 1e9;

function readContainer(json: string): ActualContainer {
  const said = JSON.parse(json) as Omit<ActualContainer, "networks" | "stack" | "limits" | "memorySwap"> & {
    readonly stack: string | null;
    readonly limits: Readonly<Record<string, unknown>>;
    readonly networks: Readonly<Record<string, { NetworkID?: string; Aliases?: readonly string[] | null }>> | null;
  };
  const networks = Object.entries(said.networks ?? {}).map(
    ([name, { NetworkID: id = "", Aliases: aliases }]) => [name, { id, aliases: aliases ?? [] }] as const,
  );
  const limits = Object.entries(limitFields).flatMap(([name, [field, ...none]]) => {
    const value = said.limits[field];
    return value === undefined || none.includes(value) ? [] : [[name, limitText(name, value)] as const];
  });
  return {
    ...said,
    name: said.name.replace(/^\//, ""),
    stack: said.stack ?? "",
    memorySwap: Number(said.limits["MemorySwap"] ?? 0),
    networks: new Map(networks),
    limits: new Map(limits),
  };
}

function limitText(name: string, value: unknown): string {
  return String(name === "cpus" ? Number(value) / billion : value);
}
