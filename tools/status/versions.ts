import { generationOf } from "../../infra/generations";
import { ownNames, type ByRole, type OwnRole } from "../../infra/names";
import type { HostSettings } from "../../infra/settings";
import type { Container } from "../containers/containers";
import type { Difference } from "./schema";

/** The references of the images that the settings name for a host. */
export type WantedImages = ByRole<string>;

/** The images that the settings name for a host. */
export function wantedImages(host: Pick<HostSettings, "agent" | "generator" | "socketFilter">): WantedImages {
  return {
    agent: host.agent.image ?? generationOf(host).defaultImage,
    generator: host.generator.image,
    filter: host.socketFilter?.image,
  };
}

/** A reference of an image by its id, or by its digest alone: it does not say which name was meant. */
const byDigest = /^sha256:|@sha256:/;

/** A name with a tag, to which a Swarm has added the digest. */
const nameBeforeDigest = /^(.+:[^/:@]+)@sha256:/;

/** Containers of this program that run another image than the settings name. */
export function versionDifferences(containers: readonly Container[], wanted: WantedImages): Difference[] {
  return Object.entries(wanted).flatMap(([role, image]) => {
    const name = ownNames[role as OwnRole];
    const running = containers.find((container) => container.name === name)?.image ?? "";
    const found = image?.includes("@") === true ? running : (nameBeforeDigest.exec(running)?.[1] ?? running);
    if (found === "" || image === undefined || found === image || byDigest.test(found)) return [];
    return [
      {
        text: `the container ${name} runs the image ${found}, and the stack's settings name ${image}`,
        remedy: "make up replaces it.",
      },
    ];
  });
}
