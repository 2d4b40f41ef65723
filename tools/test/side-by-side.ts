import { sum, type Count } from "./count";

/** The layer whose files wait most of the time, for hosts and intervals. */
const waiting = "e2e";

/** Layers that work while {@link waiting} waits. The others need the machine, its engine or its temporary files alone. */
const meanwhile: readonly string[] = ["templates", "contract"];

/**
 * Runs layers in the order of their names, but for those that can run side by side: they come last, together.
 * @param names layers, each once.
 * @param run runs one layer; where it throws, this throws too.
 * @returns the sum of the layers' counts.
 */
export async function runLayers(names: readonly string[], run: (name: string) => Promise<Count>): Promise<Count> {
  const together = names.includes(waiting) ? [...meanwhile, waiting] : [];
  const inOrder = async (some: readonly string[]): Promise<Count[]> => {
    const counts: Count[] = [];
    for (const name of some) counts.push(await run(name));
    return counts;
  };
  const first = await inOrder(names.filter((name) => !together.includes(name)));
  const last = await Promise.all([
    inOrder(names.filter((name) => together.includes(name) && name !== waiting)),
    inOrder(names.filter((name) => together.includes(name) && name === waiting)),
  ]);
  return sum([...first, ...last.flat()]);
}
