import type { OpenStage } from "../../e2e/support/open-stage";
import { describeError } from "../../../tools/shared/errors";
import { logToStderr, step } from "../../../tools/shared/progress";
import type { TestHost } from "../../../sandbox/host";
import { floorImage } from "../floor";
import type { DeployFigure, Results } from "../results";
import { ansible } from "./contenders/ansible";
import { byHand, makeVersions } from "./contenders/by-hand";
import { floor } from "./contenders/floors";
import { pyinfra } from "./contenders/pyinfra";
import { thisProgramOnSwarm } from "./contenders/swarm";
import { thisProgram } from "./contenders/this-program";
import {
  ownScenarios,
  scenarios,
  type Contender,
  type OwnScenario,
  type Scenario,
  type Step,
  type Target,
} from "./contender";
import { openDelayedLink } from "./delayed-link";
import { measureStep } from "./measure";
import { payloadRoot } from "./payload";

/** What is measured. */
export interface DeployPlan {
  readonly hosts: readonly number[];
  /** Milliseconds that the link adds each way; 0 is the plain link. */
  readonly delays: readonly number[];
  readonly runs: number;
}

/** Another wait of the generator than the default: an edit of its files. */
export const otherQuiet = "700ms";

/**
 * Measures all contenders, one after the other, on the same hosts. Each finds them as if nothing had ever run there. One that
 * fails is left out of this round.
 */
export async function runDeploys(stage: OpenStage, plan: DeployPlan): Promise<Pick<Results, "deploys" | "failed">> {
  const machines = Object.values(stage.hosts);
  const { agent, generator, services } = stage.toolchain.images;
  await machines[0]?.loadImage(services);
  const otherAgent = `${agent.replace(/:[^:/]*$/, "")}:other`;
  await Promise.all(
    machines.map((host) => host.run(`docker tag ${agent} ${otherAgent}; docker tag ${agent} ${floorImage}`)),
  );
  const versions = makeVersions({ agent, otherAgent, generator }, otherQuiet, stage.intake.address);
  const edits = { quiet: otherQuiet, agentImage: otherAgent };
  const contenders = async (): Promise<Contender[]> => [
    thisProgram(stage, edits),
    thisProgramOnSwarm(stage, edits),
    byHand(versions),
    await pyinfra(versions),
    await ansible(versions),
    floor(stage, "empty program"),
    floor(stage, "one docker and one command resource"),
  ];
  const figures: DeployFigure[] = [];
  const failed: string[] = [];
  try {
    for (const delay of plan.delays) {
      for (const hosts of plan.hosts) {
        for (let run = 0; run < plan.runs; run++) {
          for (const contender of await contenders()) {
            if (hosts > (contender.mostHosts ?? Infinity) || (contender.plainLinkOnly === true && delay > 0)) continue;
            const title = `${contender.name}, ${hosts} hosts, ${delay} ms, run ${run + 1} of ${plan.runs}`;
            try {
              await step(title, logToStderr, () =>
                measure(contender, { machines: machines.slice(0, hosts), delay }, figures),
              );
            } catch (error) {
              failed.push(`${title}: ${describeError(error)}`);
            }
          }
        }
      }
    }
  } finally {
    for (const payload of Object.values(versions)) payload.remove();
  }
  return { deploys: figures, failed };
}

/**
 * Measures one contender on these hosts, and leaves them as if nothing had ever run there.
 * @param wanted the scenarios that are run. Default: all, and what only this program does.
 */
export async function measure(
  contender: Contender,
  { machines, delay, wanted }: { machines: readonly TestHost[]; delay: number; wanted?: readonly Scenario[] },
  figures: DeployFigure[],
): Promise<void> {
  const links = delay === 0 ? [] : await Promise.all(machines.map((host) => openDelayedLink(host, delay)));
  const targets = machines.map((host, index): Target => ({
    host,
    address: host.address,
    port: host.port,
    ...links[index],
  }));
  try {
    await contender.prepare(targets);
    for (const [scenario, next] of stepsOf(contender, wanted)) {
      const todo = next();
      if (todo === undefined) continue;
      const cost = await measureStep(todo, targets);
      const key = { contender: contender.name, scenario, hosts: machines.length, delay };
      const known = figures.find((one) =>
        Object.entries(key).every(([name, value]) => one[name as keyof typeof key] === value),
      );
      if (known === undefined) figures.push({ ...key, standIns: contender.standIns, runs: [cost] });
      else known.runs.push(cost);
    }
  } finally {
    await contender.close();
    await Promise.all(links.map((link) => link.close()));
    await Promise.all(machines.map(clean));
  }
}

/** The steps of a contender; each is prepared only when it is its turn. */
function stepsOf(
  contender: Contender,
  wanted?: readonly Scenario[],
): (readonly [Scenario | OwnScenario, () => Step | undefined])[] {
  const shared = (wanted ?? scenarios).map((scenario) => [scenario, () => contender.step(scenario)] as const);
  if (wanted !== undefined) return shared;
  const own = ownScenarios.map((scenario) => [scenario, () => contender.ownStep?.(scenario)] as const);
  return [...shared.slice(0, -1), ...own, ...shared.slice(-1)];
}

/** Leaves nothing of a contender on a host but the images. */
async function clean(host: TestHost): Promise<void> {
  await host.run(
    `docker ps --all --quiet | xargs -r docker rm --force >/dev/null; docker volume ls --quiet --filter name=datadog | xargs -r docker volume rm >/dev/null; rm -rf /home/core/datadog ${payloadRoot}`,
  );
}
