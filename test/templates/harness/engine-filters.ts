import type { EngineContainer, JsonObject } from "./recording";

/** The engine's filters: values of one name are alternatives, names add up. */
export type Filters = Record<string, string[]>;

/** A request that the engine would answer with this status. */
export class EngineError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads the `filters` parameter, whose values are lists or, in newer clients, maps to true.
 *
 * @throws EngineError 400 when it is no JSON
 */
export function parseFilters(text: string | null): Filters {
  if (text === null || text === "") {
    return {};
  }
  let parsed: Record<string, string[] | Record<string, boolean>>;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    throw new EngineError(400, `invalid filter: ${text}`);
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, values]) => [name, Array.isArray(values) ? values : Object.keys(values)]),
  );
}

const states = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];

const labelMatches = (labels: JsonObject, wanted: string): boolean => {
  const [key, ...value] = wanted.split("=");
  const found = key === undefined ? undefined : labels[key];
  return found !== undefined && (value.length === 0 || found === value.join("="));
};

/** Whether the wanted port, or range of ports, is among those of a container: `6379`, `6379/tcp`, `1-65535`. */
const portMatches = (ports: string[], wanted: string): boolean => {
  const [range = "", protocol = "tcp"] = wanted.split("/");
  const [first = 0, last = first] = range.split("-").map(Number);
  return ports.some((port) => {
    const [number, portProtocol] = port.split("/");
    return portProtocol === protocol && Number(number) >= first && Number(number) <= last;
  });
};

type Matcher = (container: EngineContainer, wanted: string) => boolean;

const child = (object: JsonObject | null | undefined, key: string): JsonObject => (object?.[key] ?? {}) as JsonObject;

const containerFilters: Record<string, Matcher> = {
  status: ({ summary }, wanted) => {
    if (!states.includes(wanted)) {
      throw new EngineError(400, `invalid filter 'status=${wanted}'`);
    }
    return summary["State"] === wanted;
  },
  id: ({ summary }, wanted) => String(summary["Id"]).startsWith(wanted),
  name: ({ summary }, wanted) => (summary["Names"] as string[]).some((name) => [name, name.slice(1)].some((text) => new RegExp(wanted).test(text))),
  label: ({ summary }, wanted) => labelMatches(child(summary, "Labels"), wanted),
  network: ({ summary }, wanted) => wanted in child(child(summary, "NetworkSettings"), "Networks"),
  health: ({ inspect }, wanted) => (child(child(inspect, "State"), "Health")["Status"] ?? "none") === wanted,
  expose: ({ inspect }, wanted) => portMatches(Object.keys(child(child(inspect, "Config"), "ExposedPorts")), wanted),
  publish: ({ inspect }, wanted) => {
    const ports = Object.entries(child(child(inspect, "NetworkSettings"), "Ports"));
    return portMatches(
      ports.filter(([, bindings]) => bindings !== null).map(([port]) => port),
      wanted,
    );
  },
};

const required = (name: string): Matcher => {
  const matcher = containerFilters[name];
  if (matcher === undefined) {
    throw new EngineError(400, `invalid filter '${name}'`);
  }
  return matcher;
};

/** Several labels must all be there; of the other filters, one value is enough. */
const combine = (name: string, values: string[], matches: (wanted: string) => boolean): boolean =>
  name === "label" ? values.every(matches) : values.some(matches);

/**
 * Selects what `GET /containers/json` lists.
 *
 * @param all whether containers that do not run are listed; a filter on the status implies it
 * @throws EngineError 400 for a filter that the engine does not know
 */
export function selectContainers(containers: EngineContainer[], filters: Filters, all: boolean): EngineContainer[] {
  const entries = Object.entries(filters).map(([name, values]) => ({ name, values, matcher: required(name) }));
  const everyState = all || filters["status"] !== undefined;
  return containers
    .filter(({ summary }) => everyState || ["running", "paused", "restarting"].includes(String(summary["State"])))
    .filter((container) =>
      entries.every(({ name, values, matcher }) => combine(name, values, (wanted) => matcher(container, wanted))),
    );
}

/** An event as a test describes it. */
export interface EngineEvent {
  /** Such as `start`, or `health_status: healthy`. */
  action: string;
  /** Default `container`. */
  type?: string;
  /** What it happened to: a container's or network's id, a volume's name. */
  id: string;
  /** Default: none. */
  attributes?: Record<string, string>;
}

const eventFilters: Record<string, (event: EngineEvent, wanted: string) => boolean> = {
  // The part behind the colon tells the result of a health check or the command of an exec.
  event: ({ action }, wanted) => action === wanted || action.split(": ")[0] === wanted,
  type: ({ type = "container" }, wanted) => type === wanted,
  container: ({ type = "container", id, attributes }, wanted) =>
    type === "container" && (id.startsWith(wanted) || attributes?.["name"] === wanted),
  label: ({ attributes }, wanted) => labelMatches(attributes ?? {}, wanted),
};

/**
 * Tells whether `GET /events` with these filters reports the event.
 *
 * @throws EngineError 400 for a filter that the fake does not know
 */
export function eventMatches(event: EngineEvent, filters: Filters): boolean {
  return Object.entries(filters).every(([name, values]) => {
    const matcher = eventFilters[name];
    if (matcher === undefined) {
      throw new EngineError(400, `invalid filter '${name}'`);
    }
    return combine(name, values, (wanted) => matcher(event, wanted));
  });
}
