import { containerNames } from "../../infra/names";
import type { GeneratedInstance, HostView, ContainerView, InstanceView } from "./view";

/** An instance that was recorded before a change. */
export interface RecordedInstance extends GeneratedInstance {
  /** Whether the agent collected from it without an error. */
  readonly worked: boolean;
}

/** A loss that the user has accepted: an instance, or some of its tags. */
export interface AcceptedLoss {
  readonly host: string;
  readonly check: string;
  /** The instance's target, such as `172.18.0.5:6379`. */
  readonly address: string;
  /** Name of its container; empty if unknown. */
  readonly container: string;
  /** The tags that it loses; undefined if the whole instance is lost. */
  readonly tags: readonly string[] | undefined;
}

/** Something that is missing after a change. */
export interface MissingItem {
  /** Description for the user. */
  readonly text: string;
  /**
   * `broken`: agent or generator has ended. `lost`: the generator no longer writes the instance or tag. `late`: it may
   * still appear, for example with the first run of a check.
   */
  readonly kind: "broken" | "lost" | "late";
}

/** Records the instances of a host before a change. */
export function recordInstances({ generated, agent }: HostView): RecordedInstance[] {
  return generated.map((instance) => {
    const row = rowOf(instance, agent);
    return { ...instance, worked: row !== undefined && row.samples > 0 && row.error === "" };
  });
}

/**
 * Finds what is missing on a host after a change.
 * @param recorded the host's instances before the change.
 * @param accepted losses that don't count.
 */
export function findMissing(
  view: HostView,
  recorded: readonly RecordedInstance[],
  accepted: readonly AcceptedLoss[],
): MissingItem[] {
  const parts = Object.values(containerNames).flatMap((name) =>
    containerProblems(
      name,
      view.containers.find((container) => container.name === name),
    ),
  );
  // While a container is starting, the configs are still the previous ones.
  if (parts.length > 0) return parts;
  const running = new Set(view.containers.filter(({ state }) => state === "running").map(({ id }) => id));
  return recorded.flatMap((instance): MissingItem[] => {
    const { id, check, address, tags, worked } = instance;
    // The monitored container has stopped in the meantime.
    if (id !== undefined && !running.has(id)) return [];
    const acceptedHere = accepted.filter((loss) => concerns(loss, instance));
    if (acceptedHere.some((loss) => loss.tags === undefined)) return [];
    const named = nameOf(instance);
    const next = findIn(view.generated, instance);
    if (next === undefined) return [{ text: `${named} has no instance any more`, kind: "lost" }];
    const droppedTags = new Set(acceptedHere.flatMap((loss) => loss.tags ?? []));
    const requiredTags = tags.filter((tag) => !droppedTags.has(tag));
    const lostTags = (present: readonly string[]): string[] => requiredTags.filter((tag) => !present.includes(tag));
    if (lostTags(next.tags).length > 0)
      return [{ text: `${named} lost ${lostTags(next.tags).join(" ")}`, kind: "lost" }];
    if (!worked) return [];
    const row = rowOf(next, view.agent);
    if (row === undefined) return [{ text: `${named}: the agent has no such instance`, kind: "late" }];
    if (lostTags(row.tags).length > 0) {
      return [{ text: `${named}: the agent has it without ${lostTags(row.tags).join(" ")}`, kind: "late" }];
    }
    if (row.error !== "") return [{ text: `${named} fails: ${row.error}`, kind: "late" }];
    return row.samples > 0 ? [] : [{ text: `${named} gives no samples (${check} of ${address})`, kind: "late" }];
  });
}

function containerProblems(name: string, container: ContainerView | undefined): MissingItem[] {
  if (container === undefined) return [{ text: `there is no ${name}`, kind: "broken" }];
  const { state, health, exitCode } = container;
  if (state === "restarting")
    return [{ text: `the new ${name} ends again and again (exit code ${exitCode})`, kind: "broken" }];
  if (state !== "running")
    return [{ text: `the new ${name} does not run (${state}, exit code ${exitCode})`, kind: "broken" }];
  if (health === "unhealthy") return [{ text: `the new ${name} is unhealthy`, kind: "broken" }];
  // The generator becomes healthy once it has published. The agent is not waited for: it takes half a minute to become
  // healthy.
  if (name === containerNames.generator && health === "starting") {
    return [{ text: `the new ${name} has published nothing`, kind: "late" }];
  }
  return [];
}

function findIn(generated: readonly GeneratedInstance[], wanted: GeneratedInstance): GeneratedInstance | undefined {
  return (
    generated.find(({ check, id }) => id !== undefined && id === wanted.id && check === wanted.check) ??
    generated.find(({ check, address }) => check === wanted.check && address === wanted.address)
  );
}

function rowOf({ check, address }: GeneratedInstance, rows: readonly InstanceView[]): InstanceView | undefined {
  return rows.find((row) => row.check === check && row.instance === address);
}

function concerns(loss: AcceptedLoss, { check, address, container }: GeneratedInstance): boolean {
  return loss.check === check && (loss.address === address || (container !== "" && loss.container === container));
}

function nameOf({ check, address, container }: GeneratedInstance): string {
  return `${check} ${address}${container === "" ? "" : ` (${container})`}`;
}
