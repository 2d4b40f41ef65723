import { readContainers, type Container } from "../containers/containers";
import { engineProblem } from "../status/own-parts";
import { noAnswer, type Answer } from "../shared/questions";
import { itemsOf } from "../shared/values";

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
  readonly containers: readonly Container[];
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

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
