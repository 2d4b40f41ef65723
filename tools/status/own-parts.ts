import { containerNames, type Role } from "../../infra/names";
import type { ContainerState } from "./containers";
import type { Answer } from "./questions";

/** How the two containers of this program fare on a host. */
export interface OwnParts {
  /** Whether each one runs, so that it can be asked. */
  readonly running: Readonly<Record<Role, boolean>>;
  /** Whether each one has just started: what it does not answer yet is nothing to worry about. */
  readonly starting: Readonly<Record<Role, boolean>>;
  /** What is wrong with them, and what to do. */
  readonly problems: readonly string[];
}

/** What the program behind a container does, for whoever reads that it does not run. */
const purposes: Readonly<Record<Role, { readonly what: string; readonly without: string }>> = {
  agent: { what: "the agent's container", without: "nothing is collected" },
  generator: { what: "the generator's container", without: "new containers are not watched" },
};

const roles = Object.keys(containerNames) as Role[];

/** What a host's list of containers says of agent and generator. */
export function readOwnParts(containers: readonly ContainerState[]): OwnParts {
  const found = (role: Role): ContainerState | undefined =>
    containers.find(({ name }) => name === containerNames[role]);
  const each = (is: (container: ContainerState | undefined) => boolean): Record<Role, boolean> => ({
    agent: is(found("agent")),
    generator: is(found("generator")),
  });
  return {
    running: each((container) => container?.state === "running"),
    starting: each((container) => container?.state === "running" && container.health === "starting"),
    problems: roles.flatMap((role) => problemOf(role, found(role))),
  };
}

function problemOf(role: Role, container: ContainerState | undefined): string[] {
  const name = containerNames[role];
  const { what, without } = purposes[role];
  const told = (problem: string, remedy: string): string[] => [`${what} ${name} ${problem}, so ${without}: ${remedy}`];
  const log = `docker logs ${name} on the host says why`;
  if (container === undefined) return told("is not there", "`make up` makes it");
  const { state, health, exitCode } = container;
  switch (state) {
    case "running":
      return health === "unhealthy" ? [`${what} ${name} is unhealthy: ${log}`] : [];
    case "paused":
      return told("is paused", `docker unpause ${name} on the host lets it go on`);
    case "restarting":
      return told(`ends again and again (exit code ${exitCode})`, log);
    case "exited":
    case "dead":
      return told(`has ended (exit code ${exitCode})`, `${log}; docker start ${name} starts it`);
    default:
      return told(`does not run (${state})`, `docker start ${name} on the host starts it`);
  }
}

/** Why a host's Docker engine can't be asked, and what to do; undefined where it has answered. */
export function engineProblem({ status, said }: Answer): string | undefined {
  if (status === 0) return undefined;
  if (/permission denied/i.test(said)) {
    return "the user may not use Docker. Add the user to the docker group (usermod -aG docker USER), then ask again.";
  }
  if (/not found/i.test(said) && /docker/.test(said))
    return "there is no docker command. Install Docker, then run make up.";
  if (/cannot connect|connection refused|is the docker daemon running/i.test(said)) {
    return "the Docker engine does not answer. Start it (systemctl start docker), then ask again.";
  }
  if (status === 124) return "the Docker engine did not answer in time. See how it fares (systemctl status docker).";
  // A container that went away while it was looked at.
  return /no such container/i.test(said)
    ? undefined
    : `the Docker engine does not list its containers (${lastLine(said)})`;
}

/** Why a container's command has not answered. */
export function reasonOf({ status, said }: Answer): string {
  if (status === 124) return "no answer in time";
  return lastLine(said).replace(/^Error response from daemon: /, "") || `status ${status}`;
}

function lastLine(text: string): string {
  return text.split("\n").pop() ?? "";
}
