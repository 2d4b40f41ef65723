import { containerNames, ownNames, type OwnRole, type Role } from "../../infra/names";
import type { Container } from "../containers/containers";
import type { Answer } from "../shared/questions";

/** The state of this program's containers on a host. */
export interface OwnParts {
  /** Whether each one is running, so that it can be asked. */
  readonly running: Readonly<Record<Role, boolean>>;
  /** Whether each one has just started: a missing answer is then no problem. */
  readonly starting: Readonly<Record<Role, boolean>>;
  /** The names of their containers. */
  readonly names: Readonly<Record<Role, string>>;
  /** What is wrong with them, and what to do. */
  readonly problems: readonly string[];
}

/** What each container is, and the consequence if it does not run. */
const purposes: Readonly<Record<OwnRole, { readonly what: string; readonly without: string }>> = {
  agent: { what: "the agent's container", without: "nothing is collected" },
  generator: { what: "the generator's container", without: "new containers are not monitored" },
  filter: { what: "the socket filter", without: "neither agent nor generator reaches the Docker engine" },
};

/** The roles of the containers that every host has. */
const roles = Object.keys(containerNames) as Role[];

/**
 * Finds agent and generator in a host's list of containers.
 * @param tasks names of the containers that run them as tasks of a Swarm. Default: this is no node of one.
 */
export function readOwnParts(
  containers: readonly Container[],
  tasks?: Readonly<Partial<Record<Role, string>>>,
): OwnParts {
  const found = (role: Role): Container | undefined => containers.find(({ name }) => name === containerNames[role]);
  const each = (is: (container: Container | undefined) => boolean): Record<Role, boolean> => ({
    agent: is(found("agent")),
    generator: is(found("generator")),
  });
  return {
    running: each((container) => container?.state === "running"),
    starting: each((container) => container?.state === "running" && container.health === "starting"),
    names: { ...containerNames, ...tasks },
    problems: [
      ...filterProblems(containers),
      ...roles.flatMap((role) =>
        tasks === undefined ? problemOf(role, found(role)) : problemOfTask(role, found(role)),
      ),
    ],
  };
}

/** Problems with the socket filter, on a host that has one. */
function filterProblems(containers: readonly Container[]): string[] {
  const filter = containers.find(
    ({ name, labels }) => name === ownNames.filter && labels.get("datadog-hosts.role") === "filter",
  );
  return filter === undefined ? [] : problemOf("filter", filter);
}

function problemOf(role: OwnRole, container: Container | undefined): string[] {
  const name = ownNames[role];
  const { what, without } = purposes[role];
  const report = (problem: string, remedy: string): string[] => [
    `${what} ${name} ${problem}, so ${without}: ${remedy}`,
  ];
  const log = `docker logs ${name} on the host says why`;
  if (container === undefined) return report("is not there", "`make up` creates it");
  const { state, exitCode } = container;
  switch (state) {
    case "running":
      return problemsOfRunning(role, container);
    case "paused":
      return report("is paused", `docker unpause ${name} on the host resumes it`);
    case "restarting":
      return report(`restarts again and again (exit code ${exitCode})`, log);
    case "exited":
    case "dead":
      return report(`has stopped (exit code ${exitCode})`, `${log}; docker start ${name} starts it`);
    default:
      return report(`does not run (${state})`, `docker start ${name} on the host starts it`);
  }
}

/** A container that runs now, but may have been away, or hangs. */
function problemsOfRunning(role: OwnRole, { health, outOfMemory, restarts, secondsUp }: Container): string[] {
  const name = ownNames[role];
  const { what } = purposes[role];
  const log = `docker logs ${name} on the host says why`;
  // No setting raises the filter's limit.
  if (outOfMemory && role !== "filter") {
    return [
      `${what} ${name} was ended for lack of memory: raise ${role}.memoryMiB in the stack's file and run make up; docker restart ${name} on the host clears this message`,
    ];
  }
  if (restarts >= manyRestarts && secondsUp !== undefined && secondsUp < recentSeconds) {
    return [`${what} ${name} was started again ${restarts} times, the last time ${secondsUp} s ago: ${log}`];
  }
  return health === "unhealthy" ? [`${what} ${name} is unhealthy: ${log}`] : [];
}

/** Fewer restarts may have a reason that is over, such as a restart of the engine. */
const manyRestarts = 3;

/** A container that runs for so many seconds counts as steady. */
const recentSeconds = 600;

/** The same on a node of a Swarm, which starts its tasks again by itself. */
function problemOfTask(role: Role, container: Container | undefined): string[] {
  const name = containerNames[role];
  const { what, without } = purposes[role];
  const look = `docker service ps --no-trunc ${name} on a manager says why`;
  if (container === undefined) return [`${what} ${name} is not there, so ${without}: ${look}`];
  const { state, health, exitCode } = container;
  if (state !== "running") {
    return [`${what} ${name} does not run (${state}, exit code ${exitCode}), so ${without}: ${look}`];
  }
  return health === "unhealthy"
    ? [`${what} ${name} is unhealthy: docker service logs ${name} on a manager says why`]
    : [];
}

/** Why a host's Docker engine can't be asked, and what to do; undefined if it has answered. */
export function engineProblem({ status, stderr }: Answer): string | undefined {
  if (status === 0) return undefined;
  if (/permission denied/i.test(stderr)) {
    return "the user may not use Docker. Add the user to the docker group (usermod -aG docker USER), then ask again.";
  }
  if (/not found/i.test(stderr) && /docker/.test(stderr))
    return "there is no docker command. Install Docker, then run make up.";
  if (/cannot connect|connection refused|is the docker daemon running/i.test(stderr)) {
    return "the Docker engine does not answer. Start it (systemctl start docker), then ask again.";
  }
  if (status === 124) return "the Docker engine did not answer in time. Check it (systemctl status docker).";
  // A container that was removed while the list was read.
  return /no such container/i.test(stderr)
    ? undefined
    : `the Docker engine does not list its containers (${lastLine(stderr)})`;
}

/** Why a command in a container gave no answer. */
export function reasonOf({ status, stderr }: Answer): string {
  if (status === 124) return "no answer in time";
  return lastLine(stderr).replace(/^Error response from daemon: /, "") || `status ${status}`;
}

function lastLine(text: string): string {
  return text.split("\n").pop() ?? "";
}
