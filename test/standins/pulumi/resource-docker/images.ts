import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { engineError, isNotFound } from "./engine-client";
import type { EngineClient } from "./engine-client";

/** An image on the host. */
export interface LocalImage {
  readonly id: string;
  readonly repoDigests: readonly string[];
}

/** The registry of an image reference: the first part when it looks like a host, else Docker's own. */
export function registryOf(reference: string): string {
  const parts = reference.split("/");
  const first = parts[0] ?? "";
  const isHost = parts.length > 2 || (parts.length === 2 && (/[.:]/.test(first) || first === "localhost"));
  return isHost ? first : "registry-1.docker.io";
}

/** The image of that name or id on the host; undefined when there is none. */
export async function findLocalImage(docker: Docker, reference: string): Promise<LocalImage | undefined> {
  try {
    const found = await docker.getImage(reference).inspect();
    return { id: found.Id, repoDigests: found.RepoDigests };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(
      `findImage1: error looking up local image "${reference}": unable to inspect image ${reference}: ${engineError(error).message}`,
      { cause: error },
    );
  }
}

async function pull(client: EngineClient, docker: Docker, reference: string): Promise<void> {
  const login = client.credentialsFor(registryOf(reference));
  const authconfig =
    login === undefined
      ? {}
      : { authconfig: { username: login.username, password: login.password, serveraddress: "" } };
  try {
    const progress = await docker.pull(reference, authconfig);
    // A failure in the stream shows in that the image is not there afterwards.
    progress.resume();
    await finished(progress);
  } catch (error) {
    throw new Error(
      `unable to pull image ${reference}: error pulling image ${reference}: ${engineError(error).message}`,
      {
        cause: error,
      },
    );
  }
}

/** The image of that name on the host, pulled when it is not there. Throws an error that names it. */
export async function findOrPullImage(client: EngineClient, reference: string): Promise<LocalImage> {
  if (reference === "") throw new Error("empty image name is not allowed");
  const docker = await client.docker();
  const local = await findLocalImage(docker, reference);
  if (local !== undefined) return local;
  await pull(client, docker, reference);
  const pulled = await findLocalImage(docker, reference);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${reference}`);
  return pulled;
}
