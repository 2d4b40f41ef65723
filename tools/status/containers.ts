import type { Question } from "./questions";
import { countOf, entriesOf, itemsOf, textOf } from "./values";

/** A container as its engine describes it. */
export interface ContainerState {
  readonly id: string;
  readonly name: string;
  /** `running`, `paused`, `restarting`, `exited`, `created` or `dead`. */
  readonly state: string;
  /** `healthy`, `unhealthy` or `starting`; empty if it has no health check. */
  readonly health: string;
  readonly exitCode: number;
  /** The variables among {@link wantedVariables}. */
  readonly variables: ReadonlyMap<string, string>;
  /** The labels of this program and of the agent's own discovery. */
  readonly labels: ReadonlyMap<string, string>;
}

/** The only variables that are read from containers: others may hold secrets. */
const wantedVariables = ["SERVICE", "DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL"];

/** One line of JSON for each container. An empty entry at the end of a list stands for the comma that Go's templates can't leave out. */
const format = [
  "[{{json .ID}},{{json .Name}},{{json .State.Status}}",
  "{{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}}",
  "{{json .State.ExitCode}}",
  `[{{range .Config.Env}}{{if eq (index (split . "=") 0) ${wantedVariables.map((name) => `"${name}"`).join(" ")}}}{{json .}},{{end}}{{end}}null]`,
  `{ {{range $label, $value := .Config.Labels}}{{$parts := split $label "."}}{{if or (eq (index $parts 0) "datadog-hosts") (and (eq (index $parts 0) "com") (eq (slice (print $label ".........................") 0 13) "com.datadoghq"))}}{{json $label}}:{{json $value}},{{end}}{{end}}"":""}]`,
].join(",");

/** Asks for all containers of a host. */
export const containersQuestion: Question = {
  name: "containers",
  command: `set -- $(docker ps --all --quiet --no-trunc) && { [ $# -eq 0 ] || docker container inspect --format '${format}' "$@"; }`,
};

/** The containers in the answer to {@link containersQuestion}; lines that can't be read are skipped. */
export function readContainers(text: string): ContainerState[] {
  return text.split("\n").flatMap((line) => {
    const [id, name, state, health, exitCode, variables, labels] = itemsOf(parseLine(line));
    if (typeof id !== "string" || typeof name !== "string") return [];
    return [
      {
        id,
        name: name.replace(/^\//, ""),
        state: textOf(state),
        health: textOf(health),
        exitCode: countOf(exitCode),
        variables: new Map(
          itemsOf(variables).flatMap((entry) => (typeof entry === "string" ? [splitOnce(entry)] : [])),
        ),
        labels: new Map(
          entriesOf(labels)
            .filter(([label]) => label !== "")
            .map(([label, value]) => [label, textOf(value)]),
        ),
      },
    ];
  });
}

/** A container's hint: the value of a label (`datadog-hosts.service`), or else of a variable (`SERVICE`); empty without either. */
export function hintOf({ labels, variables }: ContainerState, label: string, variable: string): string {
  return labels.get(label) || (variables.get(variable) ?? "");
}

function splitOnce(entry: string): [string, string] {
  const equals = entry.indexOf("=");
  return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
