import type { SwarmOutput } from "../../infra/swarm";
import { requireState } from "../look";
import { UserError } from "../shared/errors";
import type { WatchedHost } from "../status/read-host";
import { pulumiEnvironment } from "./environment";
import { stackOutputs, type StackState } from "./state";

/**
 * The hosts of a stack as its last `up` left them; none if it has a Swarm.
 * @throws UserError if the stack has never been deployed.
 */
export async function stackHosts(stack: string, environment?: NodeJS.ProcessEnv): Promise<WatchedHost[]> {
  return (await deployedStack(stack, environment)).hosts;
}

/** A stack that has been deployed. */
export interface DeployedStack {
  readonly state: StackState;
  /** Empty if it has a Swarm. */
  readonly hosts: WatchedHost[];
  /** Its Swarm; undefined if it has hosts. */
  readonly swarm: SwarmOutput | undefined;
}

/**
 * A stack's state and its hosts or its Swarm, as its last `up` left them.
 * @throws UserError if the stack has never been deployed, or its state can't be read.
 */
export async function deployedStack(stack: string, environment?: NodeJS.ProcessEnv): Promise<DeployedStack> {
  const state = await requireState(stack, environment ?? (await pulumiEnvironment(stack, "state")));
  const { hosts, swarm } = stackOutputs(state);
  if (swarm !== undefined) return { state, hosts: [], swarm };
  if (!Array.isArray(hosts)) {
    throw new UserError(`Stack ${stack} has no hosts to ask. Deploy it first (make up STACK=${stack}).`);
  }
  return { state, hosts: hosts as WatchedHost[], swarm };
}
