import { requireState } from "../look";
import { UserError } from "../shared/errors";
import type { WatchedHost } from "../status/read-host";
import { pulumiEnvironment } from "./environment";
import type { StackState } from "./state";
import { hasSwarm, refuseSwarm } from "./swarm";

/**
 * The hosts of a stack as its last `up` left them.
 * @throws UserError if the stack has never been deployed.
 */
export async function stackHosts(stack: string, environment?: NodeJS.ProcessEnv): Promise<WatchedHost[]> {
  return (await deployedStack(stack, environment)).hosts;
}

/** A stack that has been deployed. */
export interface DeployedStack {
  readonly state: StackState;
  readonly hosts: WatchedHost[];
}

/**
 * A stack's state and its hosts, as its last `up` left them.
 * @throws UserError if the stack has never been deployed, or its state can't be read, or if it has a Swarm.
 */
export async function deployedStack(stack: string, environment?: NodeJS.ProcessEnv): Promise<DeployedStack> {
  const state = await requireState(stack, environment ?? (await pulumiEnvironment(stack, "state")));
  const whole = state.deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  const hosts = whole?.outputs?.["hosts"];
  refuseSwarm(stack, "This command", hasSwarm(state));
  if (!Array.isArray(hosts)) {
    throw new UserError(`Stack ${stack} has no hosts to ask. Deploy it first (make up STACK=${stack}).`);
  }
  return { state, hosts: hosts as WatchedHost[] };
}
