import { UserError } from "../shared/errors";
import type { Count } from "./count";
import type { Layer } from "./layers";

/** A part of a run of tests: steps run one after the other. */
export interface Step {
  /** The names of its layers. */
  readonly name: string;
  readonly run: () => Promise<Count>;
}

/**
 * The steps that run the layers of these names. Vitest projects that follow each other are one step, so that files of one
 * project work while those of another wait.
 *
 * @throws UserError for a name that is not among the layers.
 */
export function stepsOf(
  names: readonly string[],
  layers: Readonly<Record<string, Layer>>,
  vitest: (projects: readonly string[]) => Promise<Count>,
): Step[] {
  const steps: Step[] = [];
  let projects: string[] = [];
  const endProjects = (): void => {
    const together = projects;
    projects = [];
    if (together.length > 0) steps.push({ name: together.join(", "), run: () => vitest(together) });
  };
  for (const name of names) {
    const layer = layers[name];
    if (layer === undefined) {
      throw new UserError(`There is no layer '${name}'; there are ${Object.keys(layers).join(", ")}.`);
    }
    if (layer === "vitest project") projects.push(name);
    else {
      endProjects();
      steps.push({ name, run: layer });
    }
  }
  endProjects();
  return steps;
}
