import { engineProblem } from "../../infra/host";
import { UserError } from "../shared/errors";
import { shown } from "../shared/shown";
import { sideBySide } from "../shared/side-by-side";
import { EventLog } from "./event-log";
import { targetsInState } from "./engine-targets";
import { HeldOutput } from "./held-output";
import { hostResourceOf } from "./host-resources";
import { endPlugins } from "./plugins";
import { runPulumi } from "./pulumi";
import { watchForHangingHosts } from "./run-watch";
import type { StackState, StateResource } from "./state";

/**
 * Lets a stack's state say what its hosts have of some resources. It takes the stack's lock, also without a resource that is
 * on a host, and gives hosts up that freeze.
 * @param urns of the resources.
 * @param env environment in which `pulumi` runs.
 * @returns whether all of it succeeded.
 * @throws UserError if somebody has interrupted it.
 */
export async function refreshState(
  stack: string,
  env: NodeJS.ProcessEnv,
  { deployment: { resources = [] } }: StackState,
  urns: readonly string[],
): Promise<boolean> {
  const log = new EventLog();
  let id: number | undefined;
  const watch = watchForHangingHosts({
    log,
    otherTargets: () => Promise.resolve(targetsInState(resources)),
    onHanging: () => {
      if (id !== undefined) void endPlugins(id);
    },
  });
  try {
    const targets = urns.flatMap((urn) => ["--target", urn]);
    const { status, interrupted } = await runPulumi(
      [
        "refresh",
        "--yes",
        "--skip-preview",
        "--non-interactive",
        "--stack",
        stack,
        "--event-log",
        log.path,
        ...targets,
      ],
      { ...env, PULUMI_DEBUG_COMMANDS: "true" },
      // What is wrong, the run that follows says.
      { log, onStart: (process) => (id = process), output: new HeldOutput(), draws: false },
    );
    if (interrupted) throw new UserError(`The run was interrupted. To finish it: make up STACK=${stack}`);
    return status === 0;
  } finally {
    watch.end();
    log.close();
  }
}

/**
 * Those of some resources that the docker provider can ask for: over a connection that it can't use, it would wait for ever.
 * It prints a line for each host that is left out.
 */
export async function refreshable(resources: readonly StateResource[], urns: readonly string[]): Promise<string[]> {
  const targets = targetsInState(resources);
  const hostOf = (urn: string): string => hostResourceOf(urn)?.host ?? "";
  const asked = [...targets].filter(([name]) => urns.some((urn) => hostOf(urn) === name));
  const problems = await sideBySide(asked, async ([name, target]) => ({
    name,
    problem: await engineProblem(name, target),
  }));
  const unusable = problems.filter(({ problem }) => problem !== undefined);
  for (const { name, problem = "" } of unusable) {
    const reason = problem.replace(/^Host [^:]*: /, "");
    process.stdout.write(`${shown(`Host ${name}: could not be repaired: ${reason}`)}\n`);
  }
  return urns.filter((urn) => !unusable.some(({ name }) => name === hostOf(urn)));
}
