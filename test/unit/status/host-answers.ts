import type { GenerationNumber } from "../../../infra/integrations";
import type { Answer } from "../../../tools/shared/questions";
import type { HostAnswers } from "../../../tools/status/report";

/** The word that sets apart what stands in the answers of these tests. */
export const mark = "mark-of-the-test";

/** A container as a host's answer has it. */
export interface ToldContainer {
  readonly id: string;
  readonly name: string;
  readonly state?: string;
  readonly health?: string | null;
  readonly exitCode?: number;
  readonly variables?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly command?: readonly string[];
  /** Ports that it exposes, such as `6379/tcp`. */
  readonly ports?: readonly string[];
  readonly networkMode?: string;
  /** Addresses on its networks, by the networks' names. */
  readonly networks?: Readonly<Record<string, readonly string[]>>;
  /** How long ago it was started, in seconds. */
  readonly secondsUp?: number;
  readonly restarts?: number;
  readonly outOfMemory?: boolean;
}

/** The host's own time, in seconds since 1970. */
export const now = 1_800_000_000;

/** What a host says in a test; what is left out it has answered with nothing. */
export interface Told {
  readonly containers?: readonly ToldContainer[];
  /** Texts of config files by their paths, as the agent sees them. */
  readonly agentFiles?: Readonly<Record<string, string>>;
  /** The same as the generator has made them. */
  readonly generatedFiles?: Readonly<Record<string, string>>;
  /** How old all files are, in seconds. Default: an hour. */
  readonly age?: number;
  /** The agent's own answers, by the questions' names. */
  readonly agent?: Readonly<Record<string, string | Partial<Answer>>>;
}

/** Id of a container: its number in 64 hexadecimal digits. */
export function containerId(number: number): string {
  return number.toString(16).padStart(64, "0");
}

/** Agent and generator of a host that fares well. */
export const ownContainers: readonly ToldContainer[] = [
  { id: containerId(0xa), name: "dd-agent", health: "healthy", labels: { "datadog-hosts.role": "agent" } },
  { id: containerId(0xb), name: "datadog-gen", health: "healthy", labels: { "datadog-hosts.role": "generator" } },
];

/** A host's answers to the questions of `make status`. */
export function hostAnswers(agentGeneration: GenerationNumber, told: Told): HostAnswers {
  const { containers = ownContainers, age = 3600, agent = {} } = told;
  const texts: Record<string, string | Partial<Answer>> = {
    containers: `${JSON.stringify(["now", now])}\n${containers.map(containerLine).join("")}`,
    "agent-files": filesText(told.agentFiles ?? {}, age),
    "generated-files": filesText(told.generatedFiles ?? {}, age),
    ...agent,
  };
  const answers = new Map(
    Object.entries(texts).map(([name, answer]): [string, Answer] => [
      name,
      { text: "", status: 0, stderr: "", cut: false, ...(typeof answer === "string" ? { text: answer } : answer) },
    ]),
  );
  return { agentGeneration, mark, answers };
}

function containerLine({
  id,
  name,
  state = "running",
  health = null,
  exitCode = 0,
  variables = [],
  labels = {},
  image = "",
  command: [path = "", ...args] = [],
  ports = [],
  networkMode = "bridge",
  networks = { bridge: [] },
  secondsUp = 3600,
  restarts = 0,
  outOfMemory = false,
}: ToldContainer): string {
  const first = [id, `/${name}`, state, health, exitCode, [...variables, null], { ...labels, "": "" }];
  const started = new Date((now - secondsUp) * 1000).toISOString();
  const further = [
    image,
    path,
    args,
    [...ports, null],
    networkMode,
    { ...networks, "": [] },
    started,
    Object.keys(labels),
    restarts,
    outOfMemory,
  ];
  return `${JSON.stringify([...first, ...further])}\n`;
}

function filesText(files: Readonly<Record<string, string>>, age: number): string {
  const paths = Object.keys(files);
  return [
    `${mark} now ${now}\n`,
    ...paths.map((path) => `${mark} written ${now - age} ./${path}\n`),
    ...paths.map((path) => `${mark} file ./${path}\n${files[path] ?? ""}`),
  ].join("");
}
