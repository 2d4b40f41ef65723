/** `make bench`: how long things last on a test host of this machine, beside what is promised. Nothing else should run. */
import { logToStderr, step } from "../../tools/shared/progress";
import { runMain } from "../../tools/shared/errors";
import { removeAll } from "../../sandbox/host";
import { openStage, type OpenStage } from "../e2e/support/open-stage";
import { formatFigures, type Figure } from "./figures";
import { burstFigures, containerFigures, deployFigures } from "./measurements";

const owner = "bench";

async function main(): Promise<number> {
  let stage: OpenStage | undefined;
  try {
    const opened = await openStage(owner, { "bench-1": {} });
    stage = opened;
    const figures: Figure[] = [];
    for (const [title, measurement] of [
      ["Deploys", deployFigures],
      ["A container that comes and goes", containerFigures],
      ["A burst of containers", burstFigures],
    ] as const) {
      figures.push(...(await step(title, logToStderr, () => measurement(opened))));
    }
    process.stdout.write(`\n${formatFigures(figures)}\n`);
    return figures.every(({ value, promised }) => promised === undefined || value <= promised) ? 0 : 1;
  } finally {
    await (stage === undefined ? removeAll(owner) : stage.close());
  }
}

runMain(main);
