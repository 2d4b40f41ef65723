import type Docker from "dockerode";
import { parseDuration } from "../durations";
import { engineError, isNotFound } from "../engine-client";
import type { EngineClient } from "../engine-client";
import type { EngineResource } from "../engine-resource";
import type { PropertyMap } from "../../shared/property-values";
import type { CheckFailure } from "../../shared/resource-provider";
import { blockOf, textOf } from "../values";
import { loginFor, resolveImage, withTag } from "./image-reference";
import { serviceState } from "./service-read";
import type { InspectedService } from "./service-read";
import { SERVICE } from "./service-schema";
import { serviceSpec } from "./service-spec";
import type { ServiceSpec } from "./service-spec";
import { firstLook } from "./waiting";

/** The resource's type token. */
export const SERVICE_TYPE = "docker:index/service:Service";

function onlyGlobal(inputs: PropertyMap): CheckFailure[] {
  if (blockOf(inputs, "mode")?.["global"] !== false) return [];
  return [{ property: "mode.global", reason: "the stand-in for the Docker plugin makes global services only" }];
}

async function answer<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw engineError(error);
  }
}

/** The specification with the image that a registry has for its reference: asked when a service is made, and only then. */
async function resolved(engine: EngineClient, spec: ServiceSpec): Promise<ServiceSpec> {
  const template = spec.TaskTemplate;
  const image = withTag(template.ContainerSpec.Image);
  const found = await resolveImage(await engine.docker(), image, loginFor(engine, image));
  return {
    ...spec,
    TaskTemplate: {
      ...template,
      ContainerSpec: { ...template.ContainerSpec, Image: found?.image ?? image },
      Placement: {
        ...template.Placement,
        ...(found === undefined || found.platforms.length === 0 ? {} : { Platforms: found.platforms }),
      },
    },
  };
}

async function create(engine: EngineClient, state: PropertyMap): Promise<string> {
  const docker = await engine.docker();
  const spec = await resolved(engine, serviceSpec(state));
  const login = loginFor(engine, spec.TaskTemplate.ContainerSpec.Image);
  // The client library's type has no id for what it returns.
  const created = (await answer(docker.createService(login, spec as Docker.ServiceSpec))) as unknown as { id: string };
  return created.id;
}

async function inspect(docker: Docker, id: string): Promise<InspectedService> {
  return (await answer(docker.getService(id).inspect())) as InspectedService;
}

async function read(docker: Docker, id: string, state: PropertyMap): Promise<PropertyMap | undefined> {
  return firstLook(async () => {
    let services: Docker.Service[];
    try {
      services = await docker.listServices();
    } catch (error) {
      throw new Error(`Error fetching service information from Docker: ${engineError(error).message}`, {
        cause: error,
      });
    }
    // By its name as well: one that somebody has made anew is taken for it.
    const name = textOf(state, "name");
    const found = services.find((service) => service.ID === id || service.Spec?.Name === name);
    return found === undefined ? undefined : serviceState(state, await inspect(docker, found.ID));
  });
}

async function update(engine: EngineClient, id: string, state: PropertyMap): Promise<void> {
  const docker = await engine.docker();
  const { Version: version } = await inspect(docker, id);
  const spec = serviceSpec(state);
  const image = withTag(spec.TaskTemplate.ContainerSpec.Image);
  spec.TaskTemplate.ContainerSpec.Image = image;
  const options = { authconfig: loginFor(engine, image), _query: { version: version.Index }, _body: spec };
  await answer(docker.getService(id).update(options));
}

interface Task {
  readonly Status: { readonly State: string; readonly ContainerStatus?: { readonly ContainerID: string } };
}

/** The containers of a service's tasks that do not rest yet, on whichever node. A task that has not started has an empty id. */
async function containersOf(docker: Docker, name: string): Promise<string[]> {
  const tasks = (await answer(docker.listTasks({ filters: { service: [name] } }))) as Task[];
  return tasks.flatMap(({ Status: { State: state, ContainerStatus: container } }) =>
    state === "shutdown" || container === undefined || container.ContainerID === "" ? [] : [container.ContainerID],
  );
}

/** Waits for a container of this node to be gone; those of other nodes are not known here. */
async function waitForRemoval(docker: Docker, id: string, graceMs: number): Promise<void> {
  const grace = AbortSignal.timeout(graceMs);
  try {
    await docker.getContainer(id).wait({ condition: "removed", abortSignal: grace });
  } catch (error) {
    if (isNotFound(error)) return;
    const reason = grace.aborted ? "context deadline exceeded" : engineError(error).message;
    throw new Error(`error on wait for container with ID '${id}': ${reason}`, { cause: error });
  }
}

async function remove(docker: Docker, id: string, state: PropertyMap): Promise<void> {
  const container = blockOf(blockOf(state, "taskSpec") ?? {}, "containerSpec") ?? {};
  const graceMs = parseDuration(textOf(container, "stopGracePeriod")) / 1e6;
  const containers = graceMs > 0 ? await containersOf(docker, textOf(state, "name")) : [];
  try {
    await docker.getService(id).remove();
  } catch (error) {
    throw new Error(`Error deleting service with ID '${id}': ${engineError(error).message}`, { cause: error });
  }
  // One after the other, each with the whole time, as the original does.
  for (const containerId of containers) await waitForRemoval(docker, containerId, graceMs);
}

/** A global service of a Swarm. Nobody waits for its tasks: the engine goes on with them by itself. */
export const service: EngineResource = { schema: SERVICE, complain: onlyGlobal, create, read, update, remove };
