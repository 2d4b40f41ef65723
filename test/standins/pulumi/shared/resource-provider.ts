import type { PropertyMap } from "./property-values";

/** What a check says of one property. */
export interface CheckFailure {
  /** The property, or empty for the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

/** Inputs after defaults, and what is wrong with them. */
export interface CheckResult {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

/** How one property path differs. */
export type DifferenceKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";

/** What a change of inputs would do to a resource. */
export interface DiffResult {
  readonly changed: boolean;
  /** By property path, `mounts[0].source`. */
  readonly differences: ReadonlyMap<string, DifferenceKind>;
  /** Delete first, create second. */
  readonly deleteBeforeReplace: boolean;
  /** Whether the paths are of inputs rather than of the state. */
  readonly ofInputs: boolean;
}

/** A resource as it is now. */
export interface ResourceState {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** A resource that was read: gone when it has no state. */
export type ReadResult = (ResourceState & { readonly inputs: PropertyMap }) | undefined;

/** What every step knows of its resource. */
export interface Step {
  readonly urn: string;
  /** For a preview: nothing may be touched. */
  readonly preview: boolean;
}

/** One resource type of a provider, in terms of decoded properties. Each step may throw; the message is the user's. */
export interface ResourceType {
  check(urn: string, news: PropertyMap): CheckResult | Promise<CheckResult>;
  diff(id: string, oldInputs: PropertyMap, oldOutputs: PropertyMap, news: PropertyMap): DiffResult;
  create(step: Step, inputs: PropertyMap): Promise<ResourceState>;
  read(step: Step, id: string, inputs: PropertyMap, outputs: PropertyMap): Promise<ReadResult>;
  update(
    step: Step,
    id: string,
    oldInputs: PropertyMap,
    oldOutputs: PropertyMap,
    news: PropertyMap,
  ): Promise<PropertyMap>;
  delete(step: Step, id: string, outputs: PropertyMap): Promise<void>;
}

/** A provider: its configuration and its resource types. */
export interface Provider {
  readonly version: string;
  /** Whether secrets may reach it marked as such; else the engine strips the marks and puts them back. */
  readonly acceptsSecrets: boolean;
  checkConfig(news: PropertyMap): CheckResult;
  configure(config: PropertyMap): void;
  /** The type of that token; undefined when the provider has none. */
  resourceType(token: string): ResourceType | undefined;
  /** The user has interrupted: stop waiting for what has not begun. */
  cancel(): void;
  /** Ends all connections. */
  close(): void;
}

/**
 * A step that failed after the resource had come to be: the engine keeps the state and puts the resource right with
 * the next `up`.
 */
export class PartialFailure extends Error {
  constructor(
    readonly state: ResourceState,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
  }
}

/** The type token in a resource's URN: `urn:pulumi:stack::project::parent$type::name`. */
export function typeOfUrn(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/** The name in a resource's URN. */
export function nameOfUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
