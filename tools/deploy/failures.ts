import { shownLines } from "../shared/shown";
import { adviceFor, isLostConnection } from "./advice";
import type { EngineEvent } from "./engine-events";
import { hostResourceOf } from "./host-resources";

/** The failure of one host. */
export interface HostFailure {
  readonly host: string;
  /** The resource that failed, such as `web-1-preflight`. */
  readonly resource: string;
  /** The provider's message, safe to print. */
  readonly message: string;
  /** Whether the resource was to be removed because the stack no longer lists its host. */
  readonly removal: boolean;
}

/** The failures of hosts among an engine's events: the first of each host, because the rest follow from it. */
export function readFailures(events: readonly EngineEvent[]): HostFailure[] {
  const failures = new Map<string, HostFailure>();
  const removals = new Set(
    events
      .map((event) => event.resOpFailedEvent?.metadata)
      // Removals in a replacement have another name.
      .filter((metadata) => metadata?.op === "delete")
      .map((metadata) => metadata?.urn),
  );
  for (const entry of events) {
    const event = entry.diagnosticEvent;
    const resource = event?.urn?.split("::").pop();
    const host = event?.urn === undefined ? undefined : hostResourceOf(event.urn)?.host;
    if (event?.severity !== "error" || resource === undefined || host === undefined || failures.has(host)) continue;
    failures.set(host, { host, resource, message: plain(event.message), removal: removals.has(event.urn) });
  }
  return [...failures.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}

/**
 * Failures in which the reason for giving up a host replaces the messages of its ended steps.
 * @param givenUp the reasons by host.
 */
export function withGivenUp(
  failures: readonly HostFailure[],
  givenUp: ReadonlyMap<string, string>,
): readonly HostFailure[] {
  const told = [...givenUp].map(([host, why]) => ({
    ...(failures.find((failure) => failure.host === host) ?? { host, resource: host, removal: false }),
    message: `Host ${host}: ${shownLines(why)}`,
  }));
  const rest = failures.filter(({ host }) => !givenUp.has(host));
  return [...rest, ...told].sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** The failures of an interrupted run that have a reason of their own: the interruption ends plugins, and what they do. */
export function withoutInterrupted(failures: readonly HostFailure[]): readonly HostFailure[] {
  return failures.filter(({ message }) => !isLostConnection(message));
}

/**
 * The summary at the end of a run: each host that failed, the reason, and what to do.
 * @param stack name of the stack, for the commands in the text.
 */
export function describeFailures(failures: readonly HostFailure[], stack: string): string {
  return failures
    .map((failure) => {
      const forget = ` If the machine is gone for good: make forget STACK=${stack} HOST=${failure.host}`;
      return `${describe(failure)}${failure.removal ? forget : ""}`;
    })
    .join("\n");
}

function describe({ host, resource, message }: HostFailure): string {
  // With the host's name, because ssh's warnings begin with "Host key" as well.
  const itself = new RegExp(`^(?:before hook "[^"]*" failed: )?(Host ${host.replaceAll(".", "\\.")}[ :][^]*)`, "m");
  const own = itself.exec(message)?.[1];
  if (own !== undefined) return own;
  const known = adviceFor(message);
  return known === undefined
    ? `Host ${host}: ${resource} failed: ${message}`
    : `Host ${host}: ${known.meaning} (${reason(known.line)}). ${known.remedy}`;
}

/** A message without the engine's colours and the providers' blank lines, safe to print. */
function plain(message: string): string {
  return shownLines(message.replace(/<\{%[^%]*%\}>/g, ""))
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n");
}

/** A line of a provider's message without details for its developers; if ssh has ended, ssh's own message. */
function reason(line: string): string {
  return line
    .replace(/\s*: provider=\S+\s*$/, "")
    .replace(/^ *\S+\.go:\d+: sdk\.helper_schema: /, "")
    .replace(/^before hook "[^"]*" failed: /, "")
    .replace(/^.* has exited with exit status \d+, .*: stderr=/, "")
    .replace(/^after \d+ failed attempts: /, "");
}
