/** `make bench`: how long things last on a test host of this machine, beside what is promised. Nothing else should run. */
import { logToStderr, step } from "../../tools/shared/progress";
import { runMain } from "../../tools/shared/errors";
import { removeAll } from "../host";
import { openStage } from "../e2e/support/open-stage";
import { formatFigures, type Figure } from "./figures";
import { burstFigures, containerFigures, deployFigures } from "./measurements";

const owner = "bench";

async function main(): Promise<number> {
  try {
    const stage = await openStage(owner, { "bench-1": {} });
    const figures: Figure[] = [];
    for (const [title, measurement] of [
      ["Deploys", deployFigures],
      ["A container that comes and goes", containerFigures],
      ["A burst of containers", burstFigures],
    ] as const) {
      figures.push(...(await step(title, logToStderr, () => measurement(stage))));
    }
    process.stdout.write(`\n${formatFigures(figures)}\n`);
    return figures.every(({ value, promised }) => promised === undefined || value <= promised) ? 0 : 1;
  } finally {
    await removeAll(owner);
  }
}

runMain(main);
