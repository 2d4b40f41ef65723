import type Docker from "dockerode";
import type { EngineLog } from "../shared/engine-log";
import type { PropertyMap } from "../shared/property-values";
import { UNKNOWN, Unknown, sameValue } from "../shared/property-values";
import { PartialFailure } from "../shared/resource-provider";
import type { ReadResult, ResourceState, ResourceType, Step } from "../shared/resource-provider";
import { checkInputs } from "./check";
import { connectNetworks, createOptions, memoryBytes, waitForHealthy } from "./container-create";
import { readContainer } from "./container-read";
import { CONTAINER } from "./container-schema";
import { engineError, isNotFound } from "./engine-client";
import type { EngineClient } from "./engine-client";
import { reporting } from "./failures";
import { findOrPullImage } from "./images";
import { compareStates, isEmpty, planProperties } from "./planning";
import { refreshInputs } from "./refresh-inputs";
import { isSet, settle } from "./settling";
import { flagOf, numberOf, textOf } from "./values";

/** The resource's type token. */
export const CONTAINER_TYPE = "docker:index/container:Container";

/** The properties whose change reaches a container that runs. All others that do not replace it change nothing. */
const UPDATED_IN_PLACE = [
  "restart",
  "maxRetryCount",
  "cpuShares",
  "memory",
  "memoryReservation",
  "cpuSet",
  "memorySwap",
];

/** What was to be decided by the engine and was not: nothing, or an empty set. */
function withoutUnknowns(state: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => {
      const attribute = CONTAINER[name];
      const nothing = attribute !== undefined && isSet(attribute) && attribute.kind !== "block" ? [] : null;
      return [name, value instanceof Unknown ? nothing : value];
    }),
  );
}

const ZEROS = { text: "", number: 0, flag: false } as const;

/** An update leaves a zero where something was taken out. */
function withZerosForRemoved(old: PropertyMap, state: PropertyMap): PropertyMap {
  const zeroed = { ...state };
  for (const [name, { kind }] of Object.entries(CONTAINER)) {
    const removed = (old[name] ?? null) !== null && state[name] === null;
    if (removed && (kind === "text" || kind === "number" || kind === "flag")) zeroed[name] = ZEROS[kind];
  }
  return zeroed;
}

async function asking<T>(what: string, question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw new Error(`${what}: ${engineError(error).message}`, { cause: error });
  }
}

async function start(docker: Docker, id: string): Promise<void> {
  await asking("Unable to start container", docker.getContainer(id).start());
}

/** A container on a host. */
export function containerType(client: () => EngineClient, log: EngineLog): ResourceType {
  const createContainer = async (state: PropertyMap): Promise<string> => {
    const engine = client();
    const docker = await engine.docker();
    const image = textOf(state, "image");
    await asking(`Unable to create container with image ${image}`, findOrPullImage(engine, image));
    const options = createOptions(engine, state);
    const created = await asking("Unable to create container", docker.createContainer(options));
    return created.id;
  };

  const finishContainer = async (id: string, state: PropertyMap): Promise<PropertyMap> => {
    const docker = await client().docker();
    await connectNetworks(docker, id, state);
    if (flagOf(state, "start")) {
      await start(docker, id);
      if (flagOf(state, "wait")) await waitForHealthy(docker, id, numberOf(state, "waitTimeout"));
    }
    const read = await readContainer(docker, id, state);
    if (read === undefined) throw new Error(`container ${id} is gone right after it was created`);
    return read;
  };

  const updateContainer = async (id: string, old: PropertyMap, state: PropertyMap): Promise<void> => {
    const docker = await client().docker();
    const changed = (name: string): boolean => {
      const [before, after] = [old[name], state[name]];
      return !(isEmpty(before) && isEmpty(after)) && !sameValue(before, after);
    };
    if (changed("mustRun") && flagOf(state, "mustRun") && flagOf(state, "start")) await start(docker, id);
    if (!UPDATED_IN_PLACE.some(changed)) return;
    const update = {
      RestartPolicy: { Name: textOf(state, "restart"), MaximumRetryCount: numberOf(state, "maxRetryCount") },
      Memory: memoryBytes(numberOf(state, "memory")),
      MemorySwap: memoryBytes(numberOf(state, "memorySwap")),
      MemoryReservation: memoryBytes(numberOf(state, "memoryReservation")),
      CpuShares: numberOf(state, "cpuShares"),
      CpusetCpus: textOf(state, "cpuSet"),
    };
    await asking("Unable to update a container", docker.getContainer(id).update(update));
  };

  const deleteContainer = async (id: string, state: PropertyMap): Promise<void> => {
    const docker = await client().docker();
    const container = docker.getContainer(id);
    const unlessGone = async (what: string, question: Promise<unknown>): Promise<void> => {
      try {
        await question;
      } catch (error) {
        const text = engineError(error).message;
        const ignorable = isNotFound(error) || text.includes("is already in progress");
        if (!ignorable) throw new Error(`${what} ${id}: ${text}`, { cause: error });
      }
    };
    // Without a grace period the time to stop in is 0: the engine kills.
    await unlessGone("Error stopping container", stopContainer(container, numberOf(state, "destroyGraceSeconds")));
    await unlessGone("Error deleting container", container.remove({ v: flagOf(state, "removeVolumes"), force: true }));
    await unlessGone("Error waiting for container removal", container.wait());
  };

  return {
    check: (urn, news) => checkInputs(urn, CONTAINER, news),

    diff(_id, _oldInputs, oldOutputs, news) {
      const planned = planProperties(CONTAINER, news, oldOutputs);
      const differences = compareStates(CONTAINER, oldOutputs, planned);
      return { changed: differences.size > 0, differences, deleteBeforeReplace: true, ofInputs: false };
    },

    async create(step: Step, inputs: PropertyMap): Promise<ResourceState> {
      const planned = planProperties(CONTAINER, inputs, undefined);
      if (step.preview) return { id: "", outputs: { ...planned, id: UNKNOWN } };
      const state = withoutUnknowns(planned);
      const id = await reporting(log, step.urn, () => createContainer(state));
      try {
        const read = await reporting(log, step.urn, () => finishContainer(id, state));
        return { id, outputs: settle(CONTAINER, planned, read) };
      } catch (error) {
        const reason = `creating ${step.urn}: ${(error as Error).message}`;
        throw new PartialFailure({ id, outputs: { ...state, id } }, [reason]);
      }
    },

    async read(step: Step, id: string, inputs: PropertyMap, outputs: PropertyMap): Promise<ReadResult> {
      try {
        const docker = await reporting(log, step.urn, () => client().docker());
        const state = await reporting(log, step.urn, () => readContainer(docker, id, outputs));
        if (state === undefined) return undefined;
        return { id, outputs: state, inputs: refreshInputs(CONTAINER, inputs, state) };
      } catch (error) {
        throw new Error(`refreshing ${step.urn}: ${(error as Error).message}`, { cause: error });
      }
    },

    async update(step, id, _oldInputs, oldOutputs, news): Promise<PropertyMap> {
      const planned = planProperties(CONTAINER, news, oldOutputs);
      if (step.preview) return { ...planned, id };
      const state: PropertyMap = { ...withZerosForRemoved(oldOutputs, withoutUnknowns(planned)), id };
      try {
        await reporting(log, step.urn, () => updateContainer(id, oldOutputs, state));
      } catch (error) {
        throw new PartialFailure({ id, outputs: state }, [`updating ${step.urn}: ${(error as Error).message}`]);
      }
      return state;
    },

    async delete(step: Step, id: string, outputs: PropertyMap): Promise<void> {
      try {
        await reporting(log, step.urn, () => deleteContainer(id, outputs));
      } catch (error) {
        throw new Error(`deleting ${step.urn}: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

async function stopContainer(container: Docker.Container, graceSeconds: number): Promise<void> {
  try {
    await container.stop({ t: graceSeconds });
  } catch (error) {
    // "Not modified": it does not run.
    if ((error as { statusCode?: number }).statusCode !== 304) throw error;
  }
}
