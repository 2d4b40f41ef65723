import { inDependencyOrder } from "../deploy/dependency-order";
import { hostResourceOf } from "../deploy/host-resources";
import type { StackState, StateResource } from "../deploy/state";
import { itemsOf, memberOf } from "../shared/values";

/**
 * Replaces a host's resources in a state by those of the state before the `up`, after the host went back to its old
 * containers, and what the stack's outputs say of it. Everything else stays the same. Files that the `up` has created in
 * another folder become resources to be deleted.
 * @param names current and former names of the host: the earlier state may use any of them.
 */
export function restoreHostResources<State extends StackState>(
  state: State,
  before: StackState,
  names: readonly string[],
): State {
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const isOwn = ({ urn }: StateResource): boolean => names.includes(hostResourceOf(urn)?.host ?? "");
  const now = resources.filter(isOwn);
  const had = (before.deployment.resources ?? []).filter(isOwn);
  const isIn = (list: readonly StateResource[], { urn, id }: StateResource): boolean =>
    list.some((other) => other.urn === urn && other.id === id);
  // What was still to be deleted and is gone now is not to be deleted again.
  const own = had.filter((resource) => resource.delete !== true || isContainer(resource) || isIn(now, resource));
  const surplus = now.filter(
    (resource) =>
      isCommand(resource) &&
      resource.inputs?.["delete"] !== undefined &&
      !isIn(had, resource) &&
      isReplaced(resource, had),
  );
  const others = resources
    .filter((resource) => !isOwn(resource))
    .map((resource) => withOutputsOf(before, resource, names));
  const left = pending.filter(({ resource }) => !isOwn(resource));
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: [
        ...inDependencyOrder([...others, ...own]),
        ...surplus.map((resource) => ({ ...resource, delete: true })),
      ],
      ...(pending.length > 0 && { pending_operations: left }),
    },
  };
}

function isContainer({ type }: StateResource): boolean {
  return type === "docker:index/container:Container";
}

function isCommand({ type }: StateResource): boolean {
  return type === "command:remote:Command";
}

/** Whether a resource has taken the place of one of these. */
function isReplaced({ urn }: StateResource, had: readonly StateResource[]): boolean {
  return had.some((other) => other.urn === urn && other.delete !== true);
}

/** The stack itself with outputs in which some host's is that of an earlier state; any other resource as it is. */
function withOutputsOf(before: StackState, resource: StateResource, names: readonly string[]): StateResource {
  const [earlier] = hostOutputs((before.deployment.resources ?? []).find(isStack)).filter(isNamed(names));
  if (!isStack(resource) || earlier === undefined) return resource;
  const hosts = hostOutputs(resource).map((output) => (isNamed(names)(output) ? earlier : output));
  return { ...resource, outputs: { ...resource.outputs, hosts } };
}

function isStack({ type }: StateResource): boolean {
  return type === "pulumi:pulumi:Stack";
}

function hostOutputs(stack: StateResource | undefined): readonly unknown[] {
  return itemsOf(stack?.outputs?.["hosts"]);
}

function isNamed(names: readonly string[]): (output: unknown) => boolean {
  return (output) => names.includes(String(memberOf(output, "name")));
}
