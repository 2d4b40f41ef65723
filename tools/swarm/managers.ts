import { type HostScript, type ManagerLogin, scriptOnManagers } from "../../infra/shell";
import type { SwarmOutput } from "../../infra/swarm";
import { run } from "../shared/run";

/** How scripts get to the managers that a stack's outputs name. */
function loginsOf(managers: SwarmOutput["managers"]): ManagerLogin[] {
  return managers.map(({ name, address, ssh }) => ({ name, address, login: ["sh", "-c", `${ssh} "$@"`, "ssh"] }));
}

/**
 * Runs a script on the first manager of a Swarm that answers.
 * @param limits how long it may take, in milliseconds, and how much it may print, in bytes.
 * @returns its output.
 * @throws ProcessError if none of the managers answers, or if the script fails.
 */
export async function runOnManager(
  managers: SwarmOutput["managers"],
  script: HostScript,
  limits: { readonly timeoutMs: number; readonly maxBytes: number },
): Promise<string> {
  const input = scriptOnManagers(loginsOf(managers), script);
  return (await run("sh", ["-s"], { ...limits, input, title: "The Swarm" })).stdout;
}
