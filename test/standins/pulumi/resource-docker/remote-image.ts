import type { EngineLog } from "../shared/engine-log";
import type { PropertyMap } from "../shared/property-values";
import { UNKNOWN } from "../shared/property-values";
import type { ReadResult, ResourceState, ResourceType, Step } from "../shared/resource-provider";
import { checkInputs } from "./check";
import { REMOTE_IMAGE } from "./container-schema";
import { engineError } from "./engine-client";
import type { EngineClient } from "./engine-client";
import { reporting } from "./failures";
import { findLocalImage, findOrPullImage } from "./images";
import type { LocalImage } from "./images";
import { compareStates, planProperties } from "./planning";
import { refreshInputs } from "./refresh-inputs";
import { flagOf, textOf } from "./values";

/** The resource's type token. */
export const REMOTE_IMAGE_TYPE = "docker:index/remoteImage:RemoteImage";

/** The digest of the image in the repository that its name is of; empty for an image that came from none. */
export function repoDigest(name: string, image: LocalImage): string {
  if (image.repoDigests.length === 1) return image.repoDigests[0] ?? "";
  const repository = name.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  return image.repoDigests.find((digest) => digest.startsWith(`${repository}@`)) ?? "";
}

function stateOf(state: PropertyMap, image: LocalImage): ResourceState {
  const name = textOf(state, "name");
  const id = image.id + name;
  return { id, outputs: { ...state, id, imageId: image.id, repoDigest: repoDigest(name, image) } };
}

/** An image on a host, pulled when it is not there. */
export function remoteImageType(client: () => EngineClient, log: EngineLog): ResourceType {
  const findOrPull = async (state: PropertyMap): Promise<LocalImage> => {
    await client().docker();
    try {
      return await findOrPullImage(client(), textOf(state, "name"));
    } catch (error) {
      throw new Error(`Unable to read Docker image into resource: ${(error as Error).message}`, { cause: error });
    }
  };

  const remove = async (state: PropertyMap): Promise<void> => {
    const docker = await client().docker();
    if (flagOf(state, "keepLocally")) return;
    const name = textOf(state, "name");
    try {
      if ((await findLocalImage(docker, name)) !== undefined) await docker.getImage(name).remove({ force: false });
    } catch (error) {
      throw new Error(`Unable to remove Docker image: ${engineError(error).message}`, { cause: error });
    }
  };

  return {
    check: (urn, news) => checkInputs(urn, REMOTE_IMAGE, news),

    diff(_id, _oldInputs, oldOutputs, news) {
      const differences = compareStates(REMOTE_IMAGE, oldOutputs, planProperties(REMOTE_IMAGE, news, oldOutputs));
      return { changed: differences.size > 0, differences, deleteBeforeReplace: false, ofInputs: false };
    },

    async create(step: Step, inputs: PropertyMap): Promise<ResourceState> {
      const state = planProperties(REMOTE_IMAGE, inputs, undefined);
      if (step.preview) return { id: "", outputs: { ...state, id: UNKNOWN } };
      return stateOf(state, await reporting(log, step.urn, () => findOrPull(state)));
    },

    async read(step: Step, _id: string, inputs: PropertyMap, outputs: PropertyMap): Promise<ReadResult> {
      const find = async (): Promise<LocalImage | undefined> =>
        findLocalImage(await client().docker(), textOf(outputs, "name"));
      try {
        const image = await reporting(log, step.urn, find);
        if (image === undefined) return undefined;
        const state = stateOf(outputs, image);
        return { ...state, inputs: refreshInputs(REMOTE_IMAGE, inputs, state.outputs) };
      } catch (error) {
        throw new Error(`refreshing ${step.urn}: ${(error as Error).message}`, { cause: error });
      }
    },

    async update(step, id, _oldInputs, oldOutputs, news): Promise<PropertyMap> {
      const state = planProperties(REMOTE_IMAGE, news, oldOutputs);
      if (step.preview) return { ...state, id };
      return stateOf(state, await reporting(log, step.urn, () => findOrPull(state))).outputs;
    },

    async delete(step: Step, _id: string, outputs: PropertyMap): Promise<void> {
      try {
        await reporting(log, step.urn, () => remove(outputs));
      } catch (error) {
        throw new Error(`deleting ${step.urn}: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}
