import { readContainers, type Container } from "../containers/containers";
import { engineProblem } from "../status/own-parts";
import { noAnswer, type Answer } from "../shared/questions";
import { itemsOf } from "../shared/values";
import { readSwarmView, type SwarmView } from "./swarm-nodes";

/** A Docker network of a host. */
export interface SurveyedNetwork {
  readonly name: string;
  /** Why no container can join it, as a phrase that follows its name. Undefined if a container can. */
  readonly unjoinable: string | undefined;
}

/** The results of surveying a host. */
export interface Survey {
  /** Why nothing can be deployed to the host, and what to do. */
  readonly problems: readonly string[];
  /** The user's home folder. */
  readonly home: string;
  readonly containers: readonly Container[];
  readonly networks: readonly SurveyedNetwork[];
  readonly swarm: SwarmView;
  /** Images that are neither on the host nor available from their registry, with the registry's error. */
  readonly missingImages: readonly { readonly image: string; readonly reason: string }[];
}

/** Reads a host's answers to the survey. Answers of any form are accepted. */
export function readSurvey(answers: ReadonlyMap<string, Answer>, user: string, images: readonly string[]): Survey {
  const answer = (name: string): Answer => answers.get(name) ?? noAnswer;
  const home = answer("home");
  const folder = home.text.split("\n")[0] ?? "";
  const engine = answer("engine");
  const problems = [
    ...(home.status === 0 ? [] : [`user ${user} can't write to the home folder ${folder}. Give the user that folder.`]),
    ...(engine.status === 0 ? [] : [reasonIn(engine) ?? engineProblem(engine) ?? "the Docker engine does not answer."]),
  ];
  return {
    problems,
    home: folder,
    containers: readContainers(answer("containers").text),
    networks: readNetworks(answer("networks").text),
    swarm: readSwarmView(answer("nodes").text),
    missingImages:
      engine.status === 0
        ? images.flatMap((image, index) => {
            const { status, stderr } = answer(`image-${index}`);
            return status === 0 ? [] : [{ image, reason: stderr.split("\n").pop() ?? "" }];
          })
        : [],
  };
}

/** What a check of the preflight has said, without the host's name; undefined if it was cut off. */
function reasonIn({ stderr }: Answer): string | undefined {
  return /^Host \S+ \(\S+\): (.+)$/m.exec(stderr)?.[1];
}

function readNetworks(text: string): SurveyedNetwork[] {
  return text
    .split("\n")
    .flatMap((line) => {
      const [name, scope, attachable, configOnly, ingress] = itemsOf(parseLine(line));
      if (typeof name !== "string") return [];
      const unjoinable =
        configOnly === true
          ? "only holds settings for other networks"
          : ingress === true
            ? "is the swarm's own for published ports"
            : scope === "swarm" && attachable !== true
              ? "accepts only services of the swarm; create it again with docker network create --attachable"
              : undefined;
      return [{ name, unjoinable }];
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
