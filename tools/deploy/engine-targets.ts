import type { EngineTarget } from "../../infra/host";
import type { EngineEvent } from "./engine-events";
import { hostResourceOf } from "./host-resources";
import type { StateResource } from "./state";

/** Where the engines of a run's hosts are reached, by host, as far as its events tell. */
export function targetsInEvents(events: readonly EngineEvent[]): Map<string, EngineTarget> {
  const targets = new Map<string, EngineTarget>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    if (metadata !== undefined) note(targets, metadata.urn, metadata.new?.inputs);
  }
  return targets;
}

/** Where the engines of a state's hosts are reached, by host. */
export function targetsInState(resources: readonly StateResource[]): Map<string, EngineTarget> {
  const targets = new Map<string, EngineTarget>();
  for (const { urn, inputs } of resources) note(targets, urn, inputs);
  return targets;
}

function note(targets: Map<string, EngineTarget>, urn: string, inputs: unknown): void {
  const place = hostResourceOf(urn);
  if (place?.role !== "docker") return;
  const target = readTarget(inputs);
  if (target !== undefined) targets.set(place.host, target);
}

/** Reads a provider's inputs: `host: ssh://user@address:port`, and `sshOpts` as JSON, which may hold the user as `-l`. */
function readTarget(inputs: unknown): EngineTarget | undefined {
  const { host, sshOpts } = (inputs ?? {}) as { host?: unknown; sshOpts?: unknown };
  if (typeof host !== "string" || !host.startsWith("ssh://")) return undefined;
  const { username, hostname, port } = new URL(host);
  const options = (typeof sshOpts === "string" ? JSON.parse(sshOpts) : (sshOpts ?? [])) as string[];
  return {
    user: username === "" ? (options[options.indexOf("-l") + 1] ?? "") : decodeURIComponent(username),
    address: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? 22 : Number(port),
    options,
  };
}
