import type { SwarmOutput } from "../../infra/swarm";
import { UserError } from "../shared/errors";

/** One resource in a stack's state (sdk: go/common/apitype/core.go, ResourceV3), reduced to the parts that are read here. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Its id at the provider. */
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Whether it is the old resource of a replacement, which is still to be removed. */
  readonly delete?: boolean;
  /** Why it is incomplete, in the provider's words. */
  readonly initErrors?: readonly string[];
  readonly parent?: string;
  /** URN and id of its provider. */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
}

/** A stack's state, as `pulumi stack export` prints it and `pulumi stack import` reads it. */
export interface StackState {
  readonly deployment: {
    /** When a run saved it last. */
    readonly manifest?: { readonly time?: string };
    readonly resources?: readonly StateResource[];
    /** The operations of an interrupted run. */
    readonly pending_operations?: readonly { readonly resource: StateResource }[];
  };
}

/** What a stack's last `up` wrote into the state about its hosts or its Swarm; undefined if it was not deployed. */
export function stackOutputs({ deployment: { resources = [] } }: StackState): {
  readonly hosts: unknown;
  readonly swarm: SwarmOutput | undefined;
} {
  const whole = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return { hosts: whole?.outputs?.["hosts"], swarm: whole?.outputs?.["swarm"] as SwarmOutput | undefined };
}

const hostType = "datadog-hosts:index:MonitoredHost";

/**
 * A state without one host, its resources, and other hosts' dependencies on them. Everything else stays the same.
 * @throws UserError if the state has no such host; the message lists its hosts.
 */
export function withoutHost<State extends StackState>(state: State, host: string): State {
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const all = [...resources, ...pending.map(({ resource }) => resource)];
  const hosts = all.filter(({ type }) => type === hostType);
  const gone = new Set(hosts.map(({ urn }) => urn).filter((urn) => nameOf(urn) === host));
  if (gone.size === 0) {
    const known = [...new Set(hosts.map(({ urn }) => nameOf(urn)))].sort().join(", ");
    throw new UserError(`The stack's state has no host ${host}; its hosts are: ${known === "" ? "none" : known}.`);
  }
  for (let before = 0; before < gone.size;) {
    before = gone.size;
    for (const { urn, parent } of all) if (parent !== undefined && gone.has(parent)) gone.add(urn);
  }
  const stays = ({ urn }: StateResource): boolean => !gone.has(urn);
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: resources.filter(stays).map((resource) => forgetting(resource, gone)),
      ...(pending.length > 0 && { pending_operations: pending.filter(({ resource }) => stays(resource)) }),
    },
  };
}

/** A resource without its dependencies on removed ones. */
function forgetting(resource: StateResource, gone: ReadonlySet<string>): StateResource {
  const { dependencies, propertyDependencies, deletedWith, ...rest } = resource;
  const left = (urns: readonly string[]): string[] => urns.filter((urn) => !gone.has(urn));
  return {
    ...rest,
    ...(dependencies && { dependencies: left(dependencies) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, urns && left(urns)]),
      ),
    }),
    ...(deletedWith !== undefined && !gone.has(deletedWith) && { deletedWith }),
  };
}

function nameOf(urn: string): string {
  return urn.split("::").pop() ?? urn;
}
