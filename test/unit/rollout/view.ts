import type { GeneratedInstance, HostView, ContainerView, InstanceView } from "../../../tools/rollout/view";

const tags = ["project:shop", "environment:test"];

/** A container's id that consists of one letter. */
const idOf = (letter: string): string => letter.repeat(64);

/** The instances that the generator has published for two containers. */
export const instances: readonly [GeneratedInstance, GeneratedInstance] = [
  { check: "redisdb", address: "172.18.0.2:6379", id: idOf("a"), container: "cart", tags },
  { check: "nginx", address: "http://172.18.0.3:80/", id: idOf("b"), container: "web", tags },
];

const rowOf = ({ check, address }: GeneratedInstance): InstanceView => ({
  check,
  instance: address,
  tags,
  samples: 5,
  error: "",
});

/** The same instances as the agent reports them. */
export const rows: readonly [InstanceView, InstanceView] = [rowOf(instances[0]), rowOf(instances[1])];

const running = (id: string, name: string, role = ""): ContainerView => ({
  id,
  name,
  state: "running",
  health: role === "" ? "" : "healthy",
  exitCode: 0,
  labels: new Map(role === "" ? [] : [["datadog-hosts.role", role]]),
});

/** The containers of a host: agent and generator, and two applications. */
export const ownContainers: readonly ContainerView[] = [
  running(idOf("c"), "dd-agent", "agent"),
  running(idOf("d"), "datadog-gen", "generator"),
  running(idOf("a"), "cart"),
  running(idOf("b"), "web"),
];

/** A host without problems, except for these changes. */
export function hostView(change: Partial<HostView> = {}): HostView {
  return { containers: ownContainers, generated: instances, agent: rows, ...change };
}
