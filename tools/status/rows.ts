import {
  integrationNames,
  selectIntegrations,
  supportsIntegration,
  type GenerationNumber,
} from "../../infra/integrations";
import type { HostSettings } from "../../infra/settings";
import type { Container } from "../containers/containers";
import { recognise } from "../containers/recognise";
import {
  declarationSource,
  meantBy,
  serviceLabel,
  serviceByName,
  serviceOfCheck,
  requestedServices,
  type Service,
} from "../containers/services";
import type { ConfigFile } from "./config-files";
import { failureOf } from "./failures";
import type { AgentInstance, UnreadConfig } from "./generation-status";
import { describeNetworks, networkFixes, sharesNetwork, type HostNetworks } from "./networks";
import { readRefusal, refusalOf, refusalsIn, type Refusal } from "./refusals";
import type { ContainerRow, Fix, Reason } from "./schema";
import { joinStackLines, stackLine } from "./stack-lines";

/** What is known of a host's containers. */
export interface HostFacts {
  /** All containers of the host but this program's own. */
  readonly containers: readonly Container[];
  readonly instances: readonly AgentInstance[];
  /** The configs as the generator wrote them. */
  readonly generatedFiles: readonly ConfigFile[];
  /** The generated configs that the agent has not read yet, or not in their newest form. */
  readonly unread: readonly UnreadConfig[];
  /** The generation of the host's agent. */
  readonly generation: GenerationNumber;
  /** The checks that the stack lists; undefined if unknown. */
  readonly integrations: readonly string[] | undefined;
  readonly networks: HostNetworks;
  /** Whether the two containers of this program run. */
  readonly running: { readonly agent: boolean; readonly generator: boolean };
  /** The names of these two containers. */
  readonly names: { readonly agent: string; readonly generator: string };
  /** The host's root folder; undefined if unknown. */
  readonly root: string | undefined;
  /** The password files that the stack lets containers use; undefined if unknown. */
  readonly passwordFiles: HostSettings["passwordFiles"] | undefined;
}

/** The states of a container that count as running: the engine will go on with it. */
const runningStates: readonly string[] = ["running", "paused", "restarting"];

/** So many seconds after a container's start, the generator has noticed it, or does not follow. */
const noticedAfter = 20;

/** The running containers that are watched or recognised, by name, and the number of the others. */
export function containerRows(facts: HostFacts): { readonly rows: ContainerRow[]; readonly unknown: number } {
  const running = facts.containers.filter(({ state }) => runningStates.includes(state));
  const instances = new Map(running.map(({ name }): [string, AgentInstance[]] => [name, []]));
  for (const instance of facts.instances) instances.get(instance.container)?.push(instance);
  const known = { ...facts, refusals: refusalsIn(facts.generatedFiles) };
  const each = running.map((container) => rowsOf(container, instances.get(container.name) ?? [], known));
  return { rows: joinStackLines(each.flat()), unknown: each.filter((rows) => rows.length === 0).length };
}

/** What a row says of its container's instance or reason. */
type Finding = Pick<ContainerRow, "watch" | "reason" | "why" | "fixes"> &
  Partial<Pick<ContainerRow, "instance" | "tags" | "collected" | "error" | "since">>;

/** The facts, and what follows from them for all containers. */
type KnownFacts = HostFacts & { readonly refusals: readonly Refusal[] };

function rowsOf(container: Container, own: readonly AgentInstance[], facts: KnownFacts): ContainerRow[] {
  const wanted = wantedOf(container);
  const rows = wanted.flatMap((one) => wantedRows(container, one, own, facts));
  // Checks that labels of the agent's own discovery ask for, beside the services.
  const others = own.filter(({ check }) => !wanted.some(({ service }) => service.checks.has(check)));
  return [
    ...rows,
    ...others.map((instance) =>
      row(
        container,
        serviceOfCheck(instance.check),
        instance.check,
        "label com.datadoghq.ad",
        watching(container, instance, [instance], facts),
      ),
    ),
  ];
}

/** A service of a container, and how it was found. */
interface Wanted {
  readonly service: Service;
  readonly requested: boolean;
  readonly by: string;
  /** What is wrong with the name that the container declares; undefined if it is right, or if it declares none. */
  readonly misspelt: string | undefined;
}

/** The services that a container requests, misspelt ones included; if it requests none, those that it is recognised as. */
function wantedOf(container: Container): Wanted[] {
  const misspelt = requestedServices(container).flatMap((word): Wanted[] => {
    const { services = [], description = "" } = (serviceByName(word) === undefined ? meantBy(word) : undefined) ?? {};
    const by = declarationSource(container) ?? "";
    return services.map((service) => ({ service, requested: false, by, misspelt: `"${word}", ${description}` }));
  });
  const recognised = recognise(container).flatMap(({ service, requested, by }): Wanted[] => {
    const found = serviceByName(service);
    return found === undefined || (misspelt.length > 0 && !requested)
      ? []
      : [{ service: found, requested, by, misspelt: undefined }];
  });
  return [...recognised, ...misspelt];
}

function wantedRows(
  container: Container,
  wanted: Wanted,
  own: readonly AgentInstance[],
  facts: KnownFacts,
): ContainerRow[] {
  const { service, by } = wanted;
  const instances = own.filter(({ check }) => service.checks.has(check));
  const check = instances[0]?.check ?? listedCheck(service, facts.integrations);
  const still = stillness(container);
  if (still !== undefined) return [row(container, service, check, by, still)];
  if (instances.length === 0) return [row(container, service, check, by, unwatched(container, wanted, facts))];
  return instances.map((instance) =>
    row(container, service, instance.check, by, watching(container, instance, instances, facts)),
  );
}

function row(
  { name }: Container,
  service: Service | undefined,
  check: string,
  recognisedBy: string,
  finding: Finding,
): ContainerRow {
  return {
    container: name,
    service: service?.service ?? "",
    check,
    recognisedBy,
    instance: "",
    tags: [],
    collected: "",
    error: "",
    since: null,
    ...finding,
  };
}

/** The name of a service's check as the stack lists it, or else its newest. */
function listedCheck({ checks }: Service, integrations: readonly string[] | undefined): string {
  return [...checks].find((check) => integrations?.includes(check)) ?? [...checks].at(-1) ?? "";
}

/** A container that does not move. */
function stillness({ name, state, exitCode }: Container): Finding | undefined {
  if (state === "paused") {
    return unwatchedBecause("paused", "it is paused", [{ place: "host", line: `docker unpause ${name}` }]);
  }
  if (state !== "restarting") return undefined;
  return unwatchedBecause("restarting", `it restarts again and again (exit code ${exitCode}); its log says why`, [
    { place: "host", line: `docker logs --tail 20 ${name}` },
  ]);
}

/** An instance that the agent has. */
function watching(
  container: Container,
  instance: AgentInstance,
  all: readonly AgentInstance[],
  { root, refusals, unread, names, networks }: KnownFacts,
): Finding {
  const { error, runs, samples, instance: address } = instance;
  const shown = { instance: address, tags: instance.tags, collected: instance.collected, error, since: instance.since };
  if (error !== "") {
    const service = serviceOfCheck(instance.check);
    const fromHost = networks.isHost;
    return { ...shown, watch: "failing", ...failureOf({ container, service, address, error, root, fromHost }) };
  }
  if (all.filter((other) => other.instance === address).length > 1) {
    const why =
      "the agent runs this check twice on this address, so each value is doubled: take its com.datadoghq.ad labels away";
    return { ...shown, watch: "failing", reason: "duplicate", why, fixes: [] };
  }
  if (runs > 0 && samples === 0) {
    const why = "its check ends without an error, and collects nothing: make check shows what the service answers";
    return { ...shown, watch: "failing", reason: "collects-nothing", why, fixes: [] };
  }
  const newer = unread.find(({ name, check }) => name === container.name && check === instance.check);
  if (newer !== undefined) {
    const why = `its config changed ${newer.age} s ago, and the agent still has the one before`;
    const fixes = newer.late ? [{ place: "host", line: `docker restart ${names.agent}` } as const] : [];
    return { ...shown, watch: runs === 0 ? "waiting" : "watched", reason: "not-read", why, fixes };
  }
  const refusal = refusalOf(refusals, container.name, new Set([instance.check]));
  const found = refusal !== undefined && /^the agent runs this check by itself/.test(refusal);
  const said = found
    ? ({ reason: "own-discovery", why: refusal.replace(/\.$/, ""), fixes: [] } as const)
    : { reason: null, why: "", fixes: [] };
  return { ...shown, watch: runs === 0 ? "waiting" : "watched", ...said };
}

/** Why a service has no instance. */
function unwatched(container: Container, { service, requested, misspelt }: Wanted, facts: KnownFacts): Finding {
  const { networks, integrations, running, generation } = facts;
  if (!supportsIntegration(generation, service.integration)) {
    const why = `generation ${generation} of the agent has no check for ${service.service}`;
    return unwatchedBecause("not-in-generation", why, []);
  }
  const ask: Fix = { place: "container", line: `--label ${serviceLabel}=${rightNames(container, service).join(",")}` };
  const list = isListed(service, integrations) ? [] : [listLine(service, integrations ?? [])];
  const join = sharesNetwork(container, networks) ? [] : networkFixes(container, networks);
  if (misspelt !== undefined)
    return unwatchedBecause("unknown-service", `its service is ${misspelt}`, [ask, ...list, ...join]);
  if (!requested) {
    const also = join.length > 0 ? `, and ${describeNetworks(container, networks)}` : "";
    return unwatchedBecause("does-not-ask", `it does not ask to be watched${also}`, [ask, ...list, ...join]);
  }
  if (list.length > 0) {
    const why = `it asks for ${service.service}, which the stack's integrations do not list`;
    return unwatchedBecause("not-listed", why, [...list, ...join]);
  }
  const refusal = refusalOf(facts.refusals, container.name, service.checks);
  if (refusal !== undefined) {
    const { reason, fixes } = readRefusal(refusal, container, service.service, facts);
    // The generator does not know which networks the agent can't join.
    const isClosed = reason === "no-shared-network" && container.networks.some((name) => networks.closed?.has(name));
    return unwatchedBecause(
      reason,
      isClosed ? describeNetworks(container, networks) : refusal.replace(/\.$/, ""),
      fixes,
    );
  }
  if (!running.agent) return unwatchedBecause("agent-stopped", "the agent does not run", []);
  const unread = facts.unread.find(({ name, check }) => name === container.name && service.checks.has(check));
  if (unread?.late === true) return unwatchedBecause("config-refused", "the agent refuses its config", []);
  if (unread !== undefined) {
    return unwatchedBecause("not-read", `its config is ${unread.age} s old, and the agent has not read it yet`, []);
  }
  if (!running.generator) return unwatchedBecause("generator-stopped", "the generator does not run", []);
  if (join.length > 0) {
    return unwatchedBecause("no-shared-network", describeNetworks(container, networks), join);
  }
  if (hasConfig(container, facts)) return unwatchedBecause("check-fails", "the agent does not say how it fares", []);
  if ((container.secondsUp ?? 0) < noticedAfter) {
    return unwatchedBecause("just-started", "it has started just now", []);
  }
  return unwatchedBecause("generator-behind", `the generator has not noticed it in ${container.secondsUp ?? 0} s`, [
    { place: "host", line: `docker restart ${facts.names.generator}` },
  ]);
}

/** Whether the generator has written a config for a container. */
function hasConfig({ id, addresses }: Container, { generatedFiles }: HostFacts): boolean {
  return generatedFiles.some(
    ({ path, values }) => path.endsWith(`/${id}.yaml`) || addresses.some((address) => values.has(address)),
  );
}

function unwatchedBecause(reason: Reason, why: string, fixes: readonly Fix[]): Finding {
  return { watch: "unwatched", reason, why, fixes };
}

function isListed({ checks }: Service, integrations: readonly string[] | undefined): boolean {
  return integrations === undefined || integrations.some((check) => checks.has(check));
}

/** The services that a container asks for, misspelt ones with their right names; or the one that it is recognised as. */
function rightNames(container: Container, recognised: Service): string[] {
  const asked = requestedServices(container).flatMap((word) =>
    serviceByName(word) === undefined ? (meantBy(word)?.services ?? []).map(({ service }) => service) : word,
  );
  return asked.length === 0 ? [recognised.service] : [...new Set(asked)];
}

/** The setting that lists a service's integration beside those that the stack has. */
function listLine(service: Service, checks: readonly string[]): Fix {
  const listed = integrationNames.filter((name) =>
    selectIntegrations([name]).some(({ check }) => Object.values(check).some((one) => checks.includes(one))),
  );
  const all = [...new Set([...listed, service.integration])].sort();
  return stackLine("integrations", all);
}
