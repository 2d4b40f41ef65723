import { engineProblem } from "../status/own-parts";
import { noAnswer, type Answer } from "../status/questions";
import { entriesOf, itemsOf, textOf } from "../status/values";

/** A container, as far as it matters to what is proposed. */
export interface SurveyedContainer {
  readonly name: string;
  /** `running`, `exited` and so on. */
  readonly state: string;
  /** The reference that it was started with. */
  readonly image: string;
  /** Its program with all arguments. Secrets may stand there: it is never shown. */
  readonly command: readonly string[];
  /** TCP ports that it exposes. */
  readonly ports: readonly number[];
  /** `host`, `none`, `container:ID`, or the name of its first network. */
  readonly networkMode: string;
  /** Networks that it is on; those of the container whose network it shares. */
  readonly networks: readonly string[];
  /** What its variable SERVICE says; empty where it has none. */
  readonly service: string;
  /** Names of its variables. */
  readonly variables: ReadonlySet<string>;
  readonly labels: ReadonlyMap<string, string>;
}

/** A network of a host. */
export interface SurveyedNetwork {
  readonly name: string;
  /** Why no container can join it, to be read after its name. Undefined where one can. */
  readonly closed: string | undefined;
}

/** What a host has said of itself. */
export interface Survey {
  /** Why nothing can be deployed there, and what to do. */
  readonly problems: readonly string[];
  /** The user's home folder. */
  readonly home: string;
  readonly containers: readonly SurveyedContainer[];
  readonly networks: readonly SurveyedNetwork[];
  /** Images that are neither there nor at their registry, with what was said. */
  readonly missingImages: readonly { readonly image: string; readonly said: string }[];
}

/** Puts a host's answers together. Answers of any form are taken. */
export function readSurvey(answers: ReadonlyMap<string, Answer>, user: string, images: readonly string[]): Survey {
  const answer = (name: string): Answer => answers.get(name) ?? noAnswer;
  const home = answer("home");
  const folder = home.text.split("\n")[0] ?? "";
  const engine = answer("engine");
  const problems = [
    ...(home.status === 0 ? [] : [`user ${user} can't write to the home folder ${folder}. Give the user that folder.`]),
    ...(engine.status === 0 ? [] : [engineProblem(engine) ?? "the Docker engine does not answer."]),
  ];
  return {
    problems,
    home: folder,
    containers: readContainers(answer("containers").text),
    networks: readNetworks(answer("networks").text),
    missingImages:
      engine.status === 0
        ? images.flatMap((image, index) => {
            const { status, stderr } = answer(`image-${index}`);
            return status === 0 ? [] : [{ image, said: stderr.split("\n").pop() ?? "" }];
          })
        : [],
  };
}

function readContainers(text: string): SurveyedContainer[] {
  const byId = new Map<string, SurveyedContainer>();
  for (const line of text.split("\n")) {
    const [name, state, image, path, args, ports, mode, networks, variables, labels, id] = itemsOf(parseLine(line));
    if (typeof name !== "string" || typeof id !== "string") continue;
    const entries = textsOf(variables);
    byId.set(id, {
      name: name.replace(/^\//, ""),
      state: textOf(state),
      image: textOf(image),
      command: [textOf(path), ...textsOf(args)],
      ports: textsOf(ports).flatMap((port) => (/^\d+\/tcp$/.test(port) ? [Number(port.split("/")[0])] : [])),
      networkMode: textOf(mode),
      networks: textsOf(networks).sort(),
      service: entries.find((entry) => entry.startsWith("SERVICE="))?.slice("SERVICE=".length) ?? "",
      variables: new Set(entries.map((entry) => entry.split("=")[0] ?? "")),
      labels: new Map(entriesOf(labels).map(([label, value]) => [label, textOf(value)])),
    });
  }
  return [...byId.values()]
    .map((container) => {
      const owner = /^container:(.+)$/.exec(container.networkMode)?.[1];
      return owner === undefined ? container : { ...container, networks: byId.get(owner)?.networks ?? [] };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readNetworks(text: string): SurveyedNetwork[] {
  return text
    .split("\n")
    .flatMap((line) => {
      const [name, scope, attachable, configOnly, ingress] = itemsOf(parseLine(line));
      if (typeof name !== "string") return [];
      const closed =
        configOnly === true
          ? "holds settings for other networks alone"
          : ingress === true
            ? "is the swarm's own for published ports"
            : scope === "swarm" && attachable !== true
              ? "takes services of the swarm alone; make it anew with docker network create --attachable"
              : undefined;
      return [{ name, closed }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function textsOf(value: unknown): string[] {
  return itemsOf(value).flatMap((item) => (typeof item === "string" && item !== "" ? [item] : []));
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
