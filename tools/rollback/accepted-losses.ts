import type { HostRendering } from "../render/schema";
import { predictedLosses } from "../rollout/accept";
import { run } from "../shared/run";
import { shown, type Shown } from "../shared/shown";

/** What hosts lose because an earlier commit does not have it. */
export interface AcceptedLosses {
  /** For `ACCEPT` in that commit's `make up`; empty if nothing is lost, or if it is not known. */
  readonly accept: string;
  /** A line for each loss. */
  readonly lines: Shown<readonly string[]>;
}

/**
 * Renders the configs of an earlier commit for the containers that run now. What newer templates and settings have added is
 * meant to go when the hosts go back, and is no reason for a host to fail its proof.
 * @param folder the earlier clone.
 */
export async function lossesByGoingBack(
  stack: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<AcceptedLosses> {
  const args = ["tools/start.cjs", "tools/render/main.ts", stack, "--json"];
  const { stdout } = await run(process.execPath, args, { cwd: folder, env, check: false });
  try {
    const { accept = "", hosts } = JSON.parse(stdout) as { accept?: string; hosts: readonly HostRendering[] };
    const lines = predictedLosses(hosts).map(({ host, check, address, container, tags }) => {
      const instance = `${check} ${address}${container === "" ? "" : ` (${container})`}`;
      return `Host ${host}: ${instance} ${tags === undefined ? "goes" : `loses ${tags.join(" ")}`}`;
    });
    return { accept, lines: shown(accept === "" ? [] : lines) };
  } catch {
    // Hosts that can't be rendered prove themselves without it.
    return { accept: "", lines: shown([]) };
  }
}
