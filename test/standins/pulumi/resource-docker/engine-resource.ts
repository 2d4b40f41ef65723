import type Docker from "dockerode";
import type { EngineLog } from "../shared/engine-log";
import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { UNKNOWN, Unknown, isPropertyMap } from "../shared/property-values";
import { PartialFailure } from "../shared/resource-provider";
import type { CheckFailure, ReadResult, ResourceState, ResourceType, Step } from "../shared/resource-provider";
import { checkInputs } from "./check";
import type { EngineClient } from "./engine-client";
import { reporting } from "./failures";
import { compareStates, planProperties } from "./planning";
import { refreshInputs } from "./refresh-inputs";
import type { Schema } from "./schema";
import { settle } from "./settling";

/** What an engine can do with one kind of thing. Each function throws the original's words. */
export interface EngineResource {
  readonly schema: Schema;
  /** What is wrong with inputs whose properties are right one by one. */
  readonly complain?: (inputs: PropertyMap) => readonly CheckFailure[];
  /** Makes it and returns its id. */
  readonly create: (engine: EngineClient, state: PropertyMap) => Promise<string>;
  /** Its state now, `id` included; undefined when it is gone. */
  readonly read: (docker: Docker, id: string, state: PropertyMap) => Promise<PropertyMap | undefined>;
  /** Changes it in place. Without it, every change is a replacement. */
  readonly update?: (engine: EngineClient, id: string, state: PropertyMap) => Promise<void>;
  readonly remove: (docker: Docker, id: string, state: PropertyMap) => Promise<void>;
}

function withoutUnknowns(value: PropertyValue): PropertyValue {
  if (value instanceof Unknown) return null;
  if (Array.isArray(value)) return value.map(withoutUnknowns);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutUnknowns(item)]));
}

function known(state: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, withoutUnknowns(value)]));
}

/**
 * The resource type of what an engine keeps by a name of the program's. Such a name is why a replacement deletes first,
 * unless the program says otherwise.
 */
export function engineResourceType(resource: EngineResource, client: () => EngineClient, log: EngineLog): ResourceType {
  const { schema } = resource;

  const readState = async (id: string, state: PropertyMap): Promise<PropertyMap | undefined> =>
    resource.read(await client().docker(), id, state);

  const readMade = async (id: string, state: PropertyMap): Promise<PropertyMap> => {
    const read = await readState(id, state);
    if (read === undefined) throw new Error(`${id} is gone right after it was made`);
    return read;
  };

  return {
    check(urn, news) {
      const { inputs, failures } = checkInputs(urn, schema, news);
      return { inputs, failures: [...failures, ...(resource.complain?.(inputs) ?? [])] };
    },

    diff(_id, _oldInputs, oldOutputs, news) {
      const differences = compareStates(schema, oldOutputs, planProperties(schema, news, oldOutputs));
      return { changed: differences.size > 0, differences, deleteBeforeReplace: true, ofInputs: false };
    },

    async create(step: Step, inputs: PropertyMap): Promise<ResourceState> {
      const planned = planProperties(schema, inputs, undefined);
      if (step.preview) return { id: "", outputs: { ...planned, id: UNKNOWN } };
      const state = known(planned);
      const id = await reporting(log, step.urn, async () => {
        await client().docker();
        return resource.create(client(), state);
      });
      try {
        const read = await reporting(log, step.urn, () => readMade(id, state));
        return { id, outputs: settle(schema, planned, read) };
      } catch (error) {
        const reason = `creating ${step.urn}: ${(error as Error).message}`;
        throw new PartialFailure({ id, outputs: { ...state, id } }, [reason]);
      }
    },

    async read(step: Step, id: string, inputs: PropertyMap, outputs: PropertyMap): Promise<ReadResult> {
      try {
        const state = await reporting(log, step.urn, () => readState(id, outputs));
        if (state === undefined) return undefined;
        const readId = typeof state["id"] === "string" ? state["id"] : id;
        return { id: readId, outputs: state, inputs: refreshInputs(schema, inputs, state) };
      } catch (error) {
        throw new Error(`refreshing ${step.urn}: ${(error as Error).message}`, { cause: error });
      }
    },

    async update(step, id, _oldInputs, oldOutputs, news): Promise<PropertyMap> {
      const planned = planProperties(schema, news, oldOutputs);
      if (step.preview) return { ...planned, id };
      const state: PropertyMap = { ...known(planned), id };
      try {
        return await reporting(log, step.urn, async () => {
          await client().docker();
          await resource.update?.(client(), id, state);
          return settle(schema, planned, await readMade(id, state));
        });
      } catch (error) {
        throw new PartialFailure({ id, outputs: state }, [`updating ${step.urn}: ${(error as Error).message}`]);
      }
    },

    async delete(step: Step, id: string, outputs: PropertyMap): Promise<void> {
      try {
        await reporting(log, step.urn, async () => resource.remove(await client().docker(), id, outputs));
      } catch (error) {
        throw new Error(`deleting ${step.urn}: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}
