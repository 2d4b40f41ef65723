import type Docker from "dockerode";
import type { EngineClient, RegistryCredentials } from "../engine-client";
import { registryOf } from "../images";
import type { Platform } from "./service-spec";

/** What the engine is given to log in to a registry with. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

const NO_LOGIN: RegistryCredentials = { address: "", username: "", password: "" };

/** The login for an image's registry; an empty one when the provider has none. */
export function loginFor(engine: EngineClient, image: string): RegistryLogin {
  const { username, password } = engine.credentialsFor(registryOf(image)) ?? NO_LOGIN;
  return { username, password, serveraddress: "" };
}

/** The reference with the tag that it stands for; one with a digest as it is. */
export function withTag(image: string): string {
  const name = image.slice(image.lastIndexOf("/") + 1);
  return image.includes("@") || name.includes(":") ? image : `${image}:latest`;
}

/** An image as a new service gets it: by its digest, and for the machines that its registry names. */
export interface ResolvedImage {
  readonly image: string;
  readonly platforms: readonly Platform[];
}

interface Distribution {
  readonly Descriptor: { readonly digest: string };
  readonly Platforms?: readonly { readonly architecture: string; readonly os: string }[];
}

/** Asks the image's registry, by the engine; undefined when it can't be asked. */
export async function resolveImage(
  docker: Docker,
  image: string,
  login: RegistryLogin,
): Promise<ResolvedImage | undefined> {
  try {
    const found = (await docker.getImage(image).distribution({ authconfig: login })) as unknown as Distribution;
    return {
      image: image.includes("@") ? image : `${image}@${found.Descriptor.digest}`,
      platforms: (found.Platforms ?? []).map(({ architecture, os }) => ({
        // The nodes name theirs otherwise.
        Architecture: architecture.toLowerCase() === "arm" ? "" : architecture,
        OS: os,
      })),
    };
  } catch {
    return undefined;
  }
}
