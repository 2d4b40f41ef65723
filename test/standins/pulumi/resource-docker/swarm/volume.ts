import type { EngineResource } from "../engine-resource";
import { engineError, isNotFound } from "../engine-client";
import { fixedText, label, stateOnly } from "../schema";
import type { Schema } from "../schema";
import { labelsOf, mapOf, textOf } from "../values";
import { labelBlocks } from "./service-read";
import { untilDone } from "./waiting";

/** The resource's type token. */
export const VOLUME_TYPE = "docker:index/volume:Volume";

/** `docker:index/volume:Volume`. */
const VOLUME: Schema = {
  cluster: stateOnly("block"),
  driver: { ...fixedText, computed: true },
  driverOpts: { kind: "map", supported: true, forceNew: true },
  labels: { kind: "blocks", supported: true, forceNew: true, fields: label, empty: [] },
  mountpoint: { kind: "text", computed: true },
  name: { ...fixedText, required: true },
};

/** A named volume on the provider's host, and on that host only. */
export const volume: EngineResource = {
  schema: VOLUME,

  async create(engine, state) {
    const docker = await engine.docker();
    const driver = textOf(state, "driver");
    try {
      await docker.createVolume({
        Name: textOf(state, "name"),
        ...(driver === "" ? {} : { Driver: driver }),
        DriverOpts: mapOf(state, "driverOpts"),
        Labels: labelsOf(state, "labels"),
      });
    } catch (error) {
      throw new Error(`Unable to create volume: ${engineError(error).message}`, { cause: error });
    }
    return textOf(state, "name");
  },

  async read(docker, id, state) {
    try {
      const found = await docker.getVolume(id).inspect();
      return {
        ...state,
        id: found.Name,
        name: found.Name,
        labels: labelBlocks(found.Labels),
        driver: found.Driver,
        driverOpts: { ...found.Options },
        mountpoint: found.Mountpoint,
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new Error(`Unable to inspect volume: ${engineError(error).message}`, { cause: error });
    }
  },

  async remove(docker, id) {
    await untilDone(async () => {
      try {
        await docker.getVolume(id).remove();
        return true;
      } catch (error) {
        if (isNotFound(error)) return true;
        const told = engineError(error);
        if (told.message.toLowerCase().includes("volume is in use")) return false;
        throw told;
      }
    });
  },
};
