import { integrationNames, selectIntegrations, type IntegrationName, type Signs } from "../../infra/integrations";
import type { SurveyedContainer } from "./read-survey";

/** An integration that containers ask for. */
interface Candidate {
  readonly name: IntegrationName;
  readonly service: string;
  readonly defaultPort: number;
  readonly signs: Signs;
}

const candidates: readonly Candidate[] = integrationNames.flatMap((name) =>
  selectIntegrations([name]).flatMap(({ containers }) => (containers === undefined ? [] : [{ name, ...containers }])),
);

/** A container that an integration is for. */
export interface Recognised {
  readonly integration: IntegrationName;
  /** The word by which a container asks for it. */
  readonly service: string;
  /** Whether the container asks by itself. */
  readonly asks: boolean;
  /** By what it is recognised, such as `image redis`. */
  readonly by: string;
}

/**
 * The integrations that a container is for. Its own word counts; where it has none, the first of these does: the name of
 * its image, the program that it runs, the title in its image's labels, a variable that the usual images set, a port that
 * no other integration has.
 */
export function recognise(container: SurveyedContainer): Recognised[] {
  const label = container.labels.get("datadog-hosts.service")?.trim();
  const words = (label || container.service).split(",").map((word) =>
    word
      .trim()
      .toLowerCase()
      .replace(/^["']+|["']+$/g, "")
      .trim(),
  );
  const asked = candidates.filter(({ service }) => words.includes(service));
  if (asked.length > 0) {
    return asked.map(({ name, service }) => ({
      integration: name,
      service,
      asks: true,
      by: label ? "label datadog-hosts.service" : "variable SERVICE",
    }));
  }
  for (const sign of signsInOrder) {
    for (const candidate of candidates) {
      const by = sign(container, candidate);
      if (by !== undefined) return [{ integration: candidate.name, service: candidate.service, asks: false, by }];
    }
  }
  return [];
}

type Sign = (container: SurveyedContainer, candidate: Candidate) => string | undefined;

const signsInOrder: readonly Sign[] = [
  ({ image }, { signs }) => found("image", signs.images, [imageName(image)]),
  ({ command }, { signs }) => found("command", signs.programs, programsOf(command)),
  ({ labels }, { signs }) =>
    found("label org.opencontainers.image.title", signs.images, [
      (labels.get("org.opencontainers.image.title") ?? "").toLowerCase(),
    ]),
  ({ variables }, { signs }) => found("variable", signs.variables, [...variables]),
  ({ ports }, { defaultPort }) =>
    ports.includes(defaultPort) && candidates.filter((other) => other.defaultPort === defaultPort).length === 1
      ? `port ${defaultPort}`
      : undefined,
];

function found(what: string, wanted: readonly string[], given: readonly string[]): string | undefined {
  const word = wanted.find((one) => given.includes(one));
  return word === undefined ? undefined : `${what} ${word}`;
}

/** `redis` of `registry.example:5000/library/redis:7@sha256:…`. */
function imageName(reference: string): string {
  const path = reference.replace(/@.*$/, "");
  return path.slice(path.lastIndexOf("/") + 1).replace(/:.*$/, "");
}

/** Programs that start others, by name. */
const starter = /^(?:env|exec|tini|dumb-init|gosu|su-exec|nohup|.*entrypoint.*)$/;
const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash"]);

/** The programs that a command line comes to, by name: past entrypoints, and those in a shell's own line. */
export function programsOf(command: readonly string[], depth = 0): string[] {
  const [first = "", ...rest] = command;
  const program = first.slice(first.lastIndexOf("/") + 1);
  if (depth > 10 || program === "") return [];
  if (shells.has(program)) {
    const flag = rest.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word));
    if (flag < 0)
      return programsOf(
        rest.filter((word) => !word.startsWith("-")),
        depth + 1,
      );
    const lines = (rest[flag + 1] ?? "").slice(0, 10_000).split(/\n|;|&&|\|\||\|/);
    return lines.flatMap((line) => programsOf(line.trim().split(/\s+/), depth + 1));
  }
  if (!starter.test(program)) return [program];
  const next = rest.findIndex((word) => !word.startsWith("-") && !/^[A-Z_]+=/.test(word));
  // gosu and su-exec take a user first.
  const skipped = program === "gosu" || program === "su-exec" ? next + 1 : next;
  return next < 0 ? [program] : programsOf(rest.slice(skipped), depth + 1);
}
