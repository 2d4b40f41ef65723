import { entriesOf, itemsOf, memberOf, textOf } from "../shared/values";

/** One part of a service, as the stack's state has it and as the Swarm has it, in the same form. */
interface Part {
  /** Its name, for a person. */
  readonly name: string;
  /** From the resource's inputs. */
  readonly wanted: (inputs: unknown) => unknown;
  /** From the engine's specification (Docker Engine API, ServiceSpec). */
  readonly found: (specification: unknown, inputs: unknown) => unknown;
}

/** Follows keys into nested objects. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(memberOf, value);
}

const wantedContainer = (inputs: unknown): unknown => at(inputs, "taskSpec", "containerSpec");
const foundContainer = (specification: unknown): unknown => at(specification, "TaskTemplate", "ContainerSpec");

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort();
}

/** A list of labels in the provider's form. */
function labelList(value: unknown): string[] {
  return sorted(itemsOf(value).map((item) => `${textOf(memberOf(item, "label"))}=${textOf(memberOf(item, "value"))}`));
}

/** An object of texts in the engine's form. */
function pairs(value: unknown): string[] {
  return sorted(entriesOf(value).map(([name, text]) => `${name}=${textOf(text)}`));
}

function texts(value: unknown): string[] {
  return itemsOf(value).map(textOf);
}

function members(value: unknown, key: string): string[] {
  return sorted(itemsOf(value).map((item) => textOf(memberOf(item, key))));
}

function mountList(value: unknown, keys: readonly [type: string, source: string, target: string, readOnly: string]) {
  return sorted(
    itemsOf(value).map((mount) => keys.map((key) => textOf(memberOf(mount, key)).replace(/^false$/, "")).join(" ")),
  );
}

const parts: readonly Part[] = [
  {
    name: "image",
    wanted: (inputs) => at(wantedContainer(inputs), "image"),
    // The provider adds the digest that the image's registry names.
    found: (specification, inputs) => {
      const image = textOf(at(foundContainer(specification), "Image"));
      return textOf(at(wantedContainer(inputs), "image")).includes("@") ? image : image.replace(/@.*/, "");
    },
  },
  {
    name: "variables",
    wanted: (inputs) => pairs(at(wantedContainer(inputs), "env")),
    found: (specification) => sorted(texts(at(foundContainer(specification), "Env"))),
  },
  {
    name: "command",
    wanted: (inputs) => [
      ...texts(at(wantedContainer(inputs), "commands")),
      ...texts(at(wantedContainer(inputs), "args")),
    ],
    found: (specification) => [
      ...texts(at(foundContainer(specification), "Command")),
      ...texts(at(foundContainer(specification), "Args")),
    ],
  },
  {
    name: "mounts",
    wanted: (inputs) => mountList(at(wantedContainer(inputs), "mounts"), ["type", "source", "target", "readOnly"]),
    found: (specification) =>
      mountList(at(foundContainer(specification), "Mounts"), ["Type", "Source", "Target", "ReadOnly"]),
  },
  {
    name: "configs",
    wanted: (inputs) => members(at(wantedContainer(inputs), "configs"), "configId"),
    found: (specification) => members(at(foundContainer(specification), "Configs"), "ConfigID"),
  },
  {
    name: "secrets",
    wanted: (inputs) => members(at(wantedContainer(inputs), "secrets"), "secretId"),
    found: (specification) => members(at(foundContainer(specification), "Secrets"), "SecretID"),
  },
  {
    name: "networks",
    wanted: (inputs) => members(at(inputs, "taskSpec", "networksAdvanceds"), "id"),
    found: (specification) => members(at(specification, "TaskTemplate", "Networks"), "Target"),
  },
  {
    name: "labels",
    wanted: (inputs) => [...labelList(at(inputs, "labels")), ...labelList(at(wantedContainer(inputs), "labels"))],
    found: (specification) => [
      ...pairs(at(specification, "Labels")),
      ...pairs(at(foundContainer(specification), "Labels")),
    ],
  },
  {
    name: "constraints",
    wanted: (inputs) => sorted(texts(at(inputs, "taskSpec", "placement", "constraints"))),
    found: (specification) => sorted(texts(at(specification, "TaskTemplate", "Placement", "Constraints"))),
  },
  {
    name: "memory limit",
    wanted: (inputs) => at(inputs, "taskSpec", "resources", "limits", "memoryBytes"),
    found: (specification) => at(specification, "TaskTemplate", "Resources", "Limits", "MemoryBytes"),
  },
  {
    name: "rules for updates",
    wanted: (inputs) => ["parallelism", "failureAction", "order"].map((key) => at(inputs, "updateConfig", key)),
    found: (specification) =>
      ["Parallelism", "FailureAction", "Order"].map((key) => at(specification, "UpdateConfig", key)),
  },
];

/**
 * The parts in which a service of a Swarm differs from what its stack has made, for a person.
 * @param inputs of the resource in the stack's state.
 * @param specification of the service, as the engine has it.
 */
export function serviceDifferences(inputs: unknown, specification: unknown): string[] {
  return parts.flatMap(({ name, wanted, found }) =>
    JSON.stringify(wanted(inputs)) === JSON.stringify(found(specification, inputs)) ? [] : [name],
  );
}
