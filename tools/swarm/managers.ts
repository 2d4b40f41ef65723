import type { ManagerLogin } from "../../infra/shell";
import type { SwarmOutput } from "../../infra/swarm";

/** How scripts get to the managers that a stack's outputs name. */
export function loginsOf(managers: SwarmOutput["managers"]): ManagerLogin[] {
  return managers.map(({ name, address, ssh }) => ({ name, address, login: ["sh", "-c", `${ssh} "$@"`, "ssh"] }));
}
