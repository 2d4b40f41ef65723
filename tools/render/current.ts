import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

import Docker from "dockerode";
import { extract } from "tar-stream";

import { containerNames } from "../../infra/names";
import { generatorPaths } from "../../infra/rendering";
import { UserError } from "../shared/errors";
import type { ConfigFiles } from "./draft";
import type { ContainerNames } from "./differences";

/** A host's current configs, read through its engine. */
export interface CurrentConfigs {
  /** Undefined if neither the generator's nor the agent's container exists. */
  readonly files: ConfigFiles | undefined;
  readonly names: ContainerNames;
}

/** Limit for all configs of a host, in bytes. With a thousand containers they are a few megabytes. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Reads a host's current configs, whether its containers run or not. They are read through the engine, because the files
 * belong to root and the host's user may not read them.
 * @param socketPath path of the engine's socket on this machine.
 * @param configs path of the host's config folder.
 */
export async function readCurrentConfigs(socketPath: string, configs: string): Promise<CurrentConfigs> {
  const engine = new Docker({ socketPath });
  const containers = await engine.listContainers({ all: true });
  const findOwn = (role: keyof typeof containerNames): Docker.ContainerInfo | undefined =>
    containers.find(
      ({ Names: names, Labels: labels }) =>
        labels["datadog-hosts.role"] === role && names.includes(`/${containerNames[role]}`),
    );
  const names = namesByAddress(containers);
  const generator = findOwn("generator");
  if (generator !== undefined) {
    return { files: await readFolder(engine, generator.Id, `${generatorPaths.generated}/datadog`), names };
  }
  const agent = findOwn("agent");
  if (agent === undefined) return { files: undefined, names };
  // The agent mounts either each check's folder or their parent.
  const mounts = agent.Mounts.filter(({ Source: source }) => source === configs || source.startsWith(`${configs}/`));
  const read = await Promise.all(
    mounts.map(async ({ Source: source, Destination: target }) => {
      const below = source.slice(configs.length + 1);
      const files = await readFolder(engine, agent.Id, target);
      return [...files].map(([path, content]) => [below === "" ? path : `${below}/${path}`, content] as const);
    }),
  );
  return { files: new Map(read.flat()), names };
}

/** The YAML files in a folder of a container, by their paths below it; none if there is no such folder. */
async function readFolder(engine: Docker, id: string, folder: string): Promise<ConfigFiles> {
  try {
    return await readArchive(await engine.getContainer(id).getArchive({ path: folder }));
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return new Map();
    throw error;
  }
}

/**
 * The YAML files in a folder's tar archive, by their paths below the folder.
 * @throws UserError if the archive is larger than configs can be.
 */
export async function readArchive(archive: NodeJS.ReadableStream): Promise<ConfigFiles> {
  const files = new Map<string, string>();
  const entries = extract();
  let bytes = 0;
  entries.on("entry", ({ name, type, size = 0 }, content, next) => {
    // Each name begins with the folder's own name.
    const path = name.split("/").slice(1).join("/");
    bytes += size;
    if (bytes > maxBytes) {
      next(new UserError(`its configs are larger than ${maxBytes} bytes`));
      return;
    }
    if (type !== "file" || !path.endsWith(".yaml")) {
      content.on("end", next).resume();
      return;
    }
    text(content).then((read) => {
      files.set(path, read);
      next();
    }, next);
  });
  await pipeline(archive, entries);
  return files;
}

function namesByAddress(containers: readonly Docker.ContainerInfo[]): ContainerNames {
  const names = new Map<string, string>();
  const shared = new Set<string>();
  for (const {
    Names: [name = ""],
    NetworkSettings: settings,
  } of containers) {
    for (const { IPAddress: ip, GlobalIPv6Address: ip6 } of Object.values(settings.Networks)) {
      for (const address of [ip, ip6]) {
        if (address === "") continue;
        if (names.has(address)) shared.add(address);
        names.set(address, name.replace(/^\//, ""));
      }
    }
  }
  for (const address of shared) names.delete(address);
  return names;
}
