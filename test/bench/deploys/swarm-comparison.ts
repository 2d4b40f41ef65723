import { describeError } from "../../../tools/shared/errors";
import { logToStderr, step } from "../../../tools/shared/progress";
import type { OpenStage } from "../../e2e/support/open-stage";
import type { DeployFigure, Results } from "../results";
import { comparedScenarios } from "./contender";
import { thisProgramOnSwarm } from "./contenders/swarm";
import { thisProgram } from "./contenders/this-program";
import { measure, otherQuiet } from "./run-deploys";

/** Measures this program on the same machines as a list of hosts and as a Swarm, with so many of them at a time. */
export async function compareWithSwarm(
  stage: OpenStage,
  { sizes, runs }: { readonly sizes: readonly number[]; readonly runs: number },
): Promise<{ swarm: NonNullable<Results["swarm"]>; failed: string[] }> {
  const machines = Object.values(stage.hosts);
  // None of the scenarios changes the agent's image.
  const edits = { quiet: otherQuiet, agentImage: stage.toolchain.images.agent };
  const deploys: DeployFigure[] = [];
  const failed: string[] = [];
  await machines[0]?.loadImage(stage.toolchain.images.services);
  for (const size of sizes) {
    for (let run = 0; run < runs; run++) {
      for (const contender of [thisProgram(stage, edits), thisProgramOnSwarm(stage, edits)]) {
        const title = `Beside a Swarm: ${contender.name}, ${size} hosts, run ${run + 1} of ${runs}`;
        const round = { machines: machines.slice(0, size), delay: 0, wanted: comparedScenarios };
        try {
          await step(title, logToStderr, () => measure(contender, round, deploys));
        } catch (error) {
          failed.push(`${title}: ${describeError(error)}`);
        }
      }
    }
  }
  return { swarm: { at: new Date().toISOString(), deploys }, failed };
}
