import type { IntegrationName } from "../../infra/integrations";
import { titleLabel, type Container } from "./containers";
import { askingPlace, services, wordsOf, type Service } from "./services";

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

/** A service that a container can be recognised for. */
type Recognisable = Service & Required<Pick<Service, "signs">>;

const recognisable = services.filter((service): service is Recognisable => service.signs !== undefined);

/** What a container is recognised by. */
type Signature = Pick<Container, "image" | "command" | "labels" | "variables" | "ports" | "service">;

/**
 * The integrations that a container is for. What it asks for takes precedence. If it asks for none, the first of these
 * signs decides: the name of its image, the program that it runs, the title in its image's labels, a variable that the
 * usual images set, an exposed port that belongs to one integration only.
 */
export function recognise(container: Signature): Recognised[] {
  const words = wordsOf(container);
  const asked = services.filter(({ names }) => names.some((name) => words.includes(name)));
  if (asked.length > 0) {
    const by = askingPlace(container) ?? "";
    return asked.map(({ integration, service }) => ({ integration, service, asks: true, by }));
  }
  for (const sign of signsInOrder) {
    for (const service of recognisable) {
      const by = sign(container, service);
      if (by !== undefined) return [{ integration: service.integration, service: service.service, asks: false, by }];
    }
  }
  return [];
}

type Sign = (container: Signature, service: Recognisable) => string | undefined;

const signsInOrder: readonly Sign[] = [
  ({ image }, { signs }) => found("image", signs.images, [imageName(image)]),
  ({ command }, { signs }) => found("command", signs.programs, programsOf(command)),
  ({ labels }, { signs }) => found(`label ${titleLabel}`, signs.images, [(labels.get(titleLabel) ?? "").toLowerCase()]),
  ({ variables }, { signs }) => found("variable", signs.variables, [...variables]),
  ({ ports }, { defaultPort }) =>
    defaultPort !== undefined &&
    ports.includes(defaultPort) &&
    recognisable.filter((other) => other.defaultPort === defaultPort).length === 1
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
