import type { Question } from "../shared/questions";
import { countOf, entriesOf, itemsOf, textOf } from "../shared/values";

/** A container as its engine describes it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** `running`, `paused`, `restarting`, `exited`, `created` or `dead`. */
  readonly state: string;
  /** `healthy`, `unhealthy` or `starting`; empty if it has no health check. */
  readonly health: string;
  readonly exitCode: number;
  /** How often Docker has started it again since somebody started it. */
  readonly restarts: number;
  /** Whether it, or a process in it, was ended for lack of memory. An engine may forget that once it has started again. */
  readonly outOfMemory: boolean;
  /** Seconds since it was started; undefined if it never was, or if the time is unknown. */
  readonly secondsUp: number | undefined;
  /** The image reference with which it was created. */
  readonly image: string;
  /** Its program and all arguments. They may contain secrets, so they are never printed. */
  readonly command: readonly string[];
  /** The TCP ports that it exposes. */
  readonly ports: readonly number[];
  /** `host`, `none`, `container:ID`, or the name of its first network. */
  readonly networkMode: string;
  /** Names of its networks, sorted. If it shares another container's network, these are that container's networks. */
  readonly networks: readonly string[];
  /** Its addresses on these networks. */
  readonly addresses: readonly string[];
  /** The value of its variable SERVICE; empty if the variable is not set. */
  readonly service: string;
  /** The value of the agent's variable for its polling interval; empty if the variable is not set. */
  readonly pollInterval: string;
  /** Names of its environment variables. */
  readonly variables: ReadonlySet<string>;
  /** Its labels of this program and of the agent's own discovery, and the image's title. */
  readonly labels: ReadonlyMap<string, string>;
  /** The names of all its labels. */
  readonly labelNames: readonly string[];
}

/** The only variables whose values are read: others may hold secrets. */
const readVariables = { service: "SERVICE", pollInterval: "DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL" } as const;

/** The label that holds an image's title (OCI image specification). */
export const titleLabel = "org.opencontainers.image.title";

/**
 * One line of JSON for each container. Each list ends with an empty entry, since Go's templates can't omit the last comma.
 */
const format = [
  "[{{json .ID}},{{json .Name}},{{json .State.Status}}",
  "{{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}}",
  "{{json .State.ExitCode}}",
  `[{{range .Config.Env}}{{$name := index (split . "=") 0}}{{if eq $name ${Object.values(readVariables)
    .map((name) => `"${name}"`)
    .join(" ")}}}{{json .}}{{else}}{{json $name}}{{end}},{{end}}null]`,
  `{ {{range $label, $value := .Config.Labels}}{{$parts := split $label "."}}{{if or (eq (index $parts 0) "datadog-hosts") (eq $label "${titleLabel}") (and (eq (index $parts 0) "com") (eq (slice (print $label ".........................") 0 13) "com.datadoghq"))}}{{json $label}}:{{json $value}},{{end}}{{end}}"":""}`,
  "{{json .Config.Image}},{{json .Path}},{{json .Args}}",
  "[{{range $port, $_ := .Config.ExposedPorts}}{{json $port}},{{end}}null]",
  "{{json .HostConfig.NetworkMode}}",
  '{ {{range $name, $network := .NetworkSettings.Networks}}{{json $name}}:[{{json $network.IPAddress}},{{json $network.GlobalIPv6Address}}],{{end}}"":[]}',
  "{{json .State.StartedAt}}",
  "[{{range $label, $_ := .Config.Labels}}{{json $label}},{{end}}null]",
  "{{json .RestartCount}},{{json .State.OOMKilled}}]",
].join(",");

/** The host's time comes first: the containers' start times are by its clock. */
const command = [
  `date -u '+["now",%s]'`,
  `set -- $(docker ps --all --quiet --no-trunc) && { [ $# -eq 0 ] || docker container inspect --format '${format}' "$@"; }`,
].join("\n");

/** Lists all containers of a host. */
export const containersQuestion: Question = { name: "containers", command };

/** Reads the containers from the answer to {@link containersQuestion}, sorted by name. Invalid lines are skipped. */
export function readContainers(text: string): Container[] {
  const lines = text.split("\n").map((line) => itemsOf(parseLine(line)));
  const now = hostTime(text) ?? NaN;
  const containers = lines.flatMap((line) => readContainer(line, now));
  const byId = new Map(containers.map((container) => [container.id, container]));
  return containers
    .map((container) => {
      const owner = ownerOf(container, byId);
      return owner === container ? container : { ...container, networks: owner.networks, addresses: owner.addresses };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The container whose network a container shares, itself or through others; the container itself if it has its own. */
function ownerOf(container: Container, byId: ReadonlyMap<string, Container>, depth = 5): Container {
  const owner = byId.get(/^container:(.+)$/.exec(container.networkMode)?.[1] ?? "");
  return owner === undefined || depth === 0 ? container : ownerOf(owner, byId, depth - 1);
}

/** The host's time in the answer to {@link containersQuestion}, in seconds since 1970; undefined if it is missing. */
export function hostTime(text: string): number | undefined {
  const seconds = Number(/^\["now",(\d{1,12})\]$/m.exec(text)?.[1] ?? NaN);
  return Number.isNaN(seconds) ? undefined : seconds;
}

function readContainer(line: readonly unknown[], now: number): Container[] {
  const [id, name, state, health, exitCode, env, labels, image, path, args, ports, ...further] = line;
  const [networkMode, networks, started, labelNames, restarts, outOfMemory] = further;
  if (typeof id !== "string" || typeof name !== "string") return [];
  const entries = textsOf(env);
  // Docker keeps a value of an env file beside the one of the command line, which counts.
  const value = (variable: string): string =>
    entries.findLast((entry) => entry.startsWith(`${variable}=`))?.slice(variable.length + 1) ?? "";
  const attached = entriesOf(networks).filter(([network]) => network !== "");
  const secondsUp = now - Date.parse(textOf(started)) / 1000;
  return [
    {
      id,
      name: name.replace(/^\//, ""),
      state: textOf(state),
      health: textOf(health),
      exitCode: countOf(exitCode),
      restarts: countOf(restarts),
      outOfMemory: outOfMemory === true,
      // For a container that was never started, Docker's date is in the year 1.
      secondsUp: secondsUp < 1e9 ? Math.max(Math.floor(secondsUp), 0) : undefined,
      image: textOf(image),
      command: [textOf(path), ...textsOf(args)],
      ports: textsOf(ports).flatMap((port) => (/^\d+\/tcp$/.test(port) ? [Number(port.split("/")[0])] : [])),
      networkMode: textOf(networkMode),
      networks: attached.map(([network]) => network).sort(),
      addresses: attached.flatMap(([, addresses]) => textsOf(addresses)),
      service: value(readVariables.service),
      pollInterval: value(readVariables.pollInterval),
      variables: new Set(entries.map((entry) => entry.split("=")[0] ?? "")),
      labels: new Map(
        entriesOf(labels)
          .filter(([label]) => label !== "")
          .map(([label, text]) => [label, textOf(text)]),
      ),
      labelNames: textsOf(labelNames),
    },
  ];
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
