import { containerNames } from "../../infra/names";
import type { GeneratedInstance, HostView, SeenContainer, SeenInstance } from "./view";

/** An instance that a host had before a change. */
export interface NotedInstance extends GeneratedInstance {
  /** Whether the agent collected from it without an error. */
  readonly worked: boolean;
}

/** Something that a change takes away on purpose: an instance, or some of its tags. */
export interface AcceptedLoss {
  readonly host: string;
  readonly check: string;
  /** What the instance looks at. */
  readonly address: string;
  /** Name of its container; empty where that can't be told. */
  readonly container: string;
  /** The tags that it loses; undefined where the whole instance goes. */
  readonly tags: readonly string[] | undefined;
}

/** What is missing after a change. */
export interface Missing {
  /** Told to a person. */
  readonly text: string;
  /**
   * `broken`: one of the two containers has ended. `lost`: the generator no longer writes it. `late`: it may still come,
   * such as the first run of a check.
   */
  readonly how: "broken" | "lost" | "late";
}

/** What a host has that is to be there after the change, too. */
export function noteOf({ generated, agent }: HostView): NotedInstance[] {
  return generated.map((instance) => {
    const row = rowOf(instance, agent);
    return { ...instance, worked: row !== undefined && row.samples > 0 && row.error === "" };
  });
}

/** What of a note is missing in a later view of the same host. */
export function missingIn(
  view: HostView,
  note: readonly NotedInstance[],
  accepted: readonly AcceptedLoss[],
): Missing[] {
  const parts = Object.values(containerNames).flatMap((name) =>
    missingPart(
      name,
      view.containers.find((container) => container.name === name),
    ),
  );
  // While one of them is starting, the configs are those of before.
  if (parts.length > 0) return parts;
  const running = new Set(view.containers.filter(({ state }) => state === "running").map(({ id }) => id));
  return note.flatMap((instance): Missing[] => {
    const { id, check, address, tags, worked } = instance;
    // The container itself has gone in the meantime.
    if (id !== undefined && !running.has(id)) return [];
    const given = accepted.filter((loss) => isOf(loss, instance));
    if (given.some((loss) => loss.tags === undefined)) return [];
    const named = nameOf(instance);
    const next = findIn(view.generated, instance);
    if (next === undefined) return [{ text: `${named} has no instance any more`, how: "lost" }];
    const dropped = new Set(given.flatMap((loss) => loss.tags ?? []));
    const kept = tags.filter((tag) => !dropped.has(tag));
    const lostTags = (of: readonly string[]): string[] => kept.filter((tag) => !of.includes(tag));
    if (lostTags(next.tags).length > 0)
      return [{ text: `${named} lost ${lostTags(next.tags).join(" ")}`, how: "lost" }];
    if (!worked) return [];
    const row = rowOf(next, view.agent);
    if (row === undefined) return [{ text: `${named}: the agent has no such instance`, how: "late" }];
    if (lostTags(row.tags).length > 0) {
      return [{ text: `${named}: the agent has it without ${lostTags(row.tags).join(" ")}`, how: "late" }];
    }
    if (row.error !== "") return [{ text: `${named} fails: ${row.error}`, how: "late" }];
    return row.samples > 0 ? [] : [{ text: `${named} gives no samples (${check} of ${address})`, how: "late" }];
  });
}

function missingPart(name: string, container: SeenContainer | undefined): Missing[] {
  if (container === undefined) return [{ text: `there is no ${name}`, how: "broken" }];
  const { state, health, exitCode } = container;
  if (state === "restarting")
    return [{ text: `the new ${name} ends again and again (exit code ${exitCode})`, how: "broken" }];
  if (state !== "running")
    return [{ text: `the new ${name} does not run (${state}, exit code ${exitCode})`, how: "broken" }];
  if (health === "unhealthy") return [{ text: `the new ${name} is unhealthy`, how: "broken" }];
  // The generator's first healthy answer says that it has published; the agent's comes after half a minute only.
  if (name === containerNames.generator && health === "starting") {
    return [{ text: `the new ${name} has published nothing`, how: "late" }];
  }
  return [];
}

function findIn(generated: readonly GeneratedInstance[], of: GeneratedInstance): GeneratedInstance | undefined {
  return (
    generated.find(({ check, id }) => id !== undefined && id === of.id && check === of.check) ??
    generated.find(({ check, address }) => check === of.check && address === of.address)
  );
}

function rowOf({ check, address }: GeneratedInstance, rows: readonly SeenInstance[]): SeenInstance | undefined {
  return rows.find((row) => row.check === check && row.instance === address);
}

function isOf(loss: AcceptedLoss, { check, address, container }: GeneratedInstance): boolean {
  return loss.check === check && (loss.address === address || (container !== "" && loss.container === container));
}

function nameOf({ check, address, container }: GeneratedInstance): string {
  return `${check} ${address}${container === "" ? "" : ` (${container})`}`;
}
