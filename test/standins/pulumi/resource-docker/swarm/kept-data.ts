import type Docker from "dockerode";
import type { PropertyMap, PropertyValue } from "../../shared/property-values";
import type { CheckFailure } from "../../shared/resource-provider";
import { engineError } from "../engine-client";
import type { EngineResource } from "../engine-resource";
import { fixedText, label } from "../schema";
import type { Attribute } from "../schema";
import { labelsOf, textOf } from "../values";
import { labelBlocks } from "./service-read";

/** The type tokens. */
export const CONFIG_TYPE = "docker:index/serviceConfig:ServiceConfig";
/** See {@link CONFIG_TYPE}. */
export const SECRET_TYPE = "docker:index/secret:Secret";

const name: Attribute = { ...fixedText, required: true };
const labels: Attribute = { kind: "blocks", supported: true, forceNew: true, fields: label, empty: [] };

interface Inspected {
  readonly ID: string;
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Readonly<Record<string, string>>;
    /** Base64; never there for a secret. */
    readonly Data?: string;
  };
}

function specOf(state: PropertyMap, data: string): PropertyMap {
  return { Name: textOf(state, "name"), Labels: labelsOf(state, "labels"), Data: data };
}

async function answer<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw engineError(error);
  }
}

/** Whatever goes wrong with the question, the original takes the thing for gone. */
async function found(question: Promise<unknown>): Promise<Inspected | undefined> {
  try {
    return (await question) as Inspected;
  } catch {
    return undefined;
  }
}

function exactlyOne(inputs: PropertyMap): CheckFailure[] {
  const given = ["data", "dataRaw"].filter((property) => (inputs[property] ?? null) !== null);
  if (given.length === 1) return [];
  const complaint =
    given.length === 0
      ? "one of `data,data_raw` must be specified"
      : "only one of `data,data_raw` can be specified, but `data,data_raw` were specified.";
  return (["data", "data_raw"] as const).map((property) => ({
    property: "",
    reason: `Invalid combination of arguments. "${property}": ${complaint}`,
  }));
}

/** A config of a Swarm: a file's content that its tasks can mount. */
export const serviceConfig: EngineResource = {
  schema: { name, data: { ...fixedText, format: "base64" }, dataRaw: fixedText, labels },
  complain: exactlyOne,

  async create(engine, state) {
    const raw = textOf(state, "dataRaw");
    const data = raw === "" ? textOf(state, "data") : Buffer.from(raw).toString("base64");
    const docker = await engine.docker();
    const created = (await answer(docker.createConfig(specOf(state, data)))) as { id: string };
    return created.id;
  },

  async read(docker, id, state) {
    const config = await found(docker.getConfig(id).inspect());
    if (config === undefined) return undefined;
    const data = config.Spec.Data ?? "";
    const content: Record<string, PropertyValue> =
      textOf(state, "dataRaw") === "" ? { data } : { dataRaw: Buffer.from(data, "base64").toString() };
    return { ...state, id: config.ID, name: config.Spec.Name, labels: labelBlocks(config.Spec.Labels), ...content };
  },

  async remove(docker, id) {
    await answer(docker.getConfig(id).remove());
  },
};

/** A secret of a Swarm. The engine never tells what it holds: the state says what the program did. */
export const secret: EngineResource = {
  schema: { name, data: { ...fixedText, required: true, format: "base64" }, labels },

  async create(engine, state) {
    const docker = await engine.docker();
    const created = (await answer(docker.createSecret(specOf(state, textOf(state, "data"))))) as { id: string };
    return created.id;
  },

  async read(docker: Docker, id, state) {
    const inspected = await found(docker.getSecret(id).inspect());
    return inspected === undefined ? undefined : { ...state, id: inspected.ID, name: inspected.Spec.Name };
  },

  async remove(docker, id) {
    await answer(docker.getSecret(id).remove());
  },
};
