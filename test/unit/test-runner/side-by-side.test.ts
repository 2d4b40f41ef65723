import { expect, test } from "vitest";

import type { Count } from "../../../tools/test/count";
import { runLayers } from "../../../tools/test/side-by-side";

/** Runs layers that end one by one, in the order of `ends`, and notes when each began and ended. */
async function record(names: readonly string[], ends: readonly string[] = names): Promise<[string[], Count]> {
  const events: string[] = [];
  const running = new Map<string, () => void>();
  let next = 0;
  const endNext = (): void => {
    const name = ends[next] ?? "";
    const end = running.get(name);
    if (end === undefined) return;
    next++;
    end();
  };
  const count = await runLayers(names, async (name) => {
    events.push(`${name} begins`);
    await new Promise<void>((settle) => {
      running.set(name, settle);
      setImmediate(endNext);
    });
    events.push(`${name} ends`);
    setImmediate(endNext);
    return { passed: 1, failed: [`of ${name}`], skipped: [] };
  });
  return [events, count];
}

test("layers run one after another", async () => {
  const [events, count] = await record(["lint", "contract"]);
  expect(events).toEqual(["lint begins", "lint ends", "contract begins", "contract ends"]);
  expect(count).toEqual({ passed: 2, failed: ["of lint", "of contract"], skipped: [] });
});

test("end-to-end tests run beside templates and contract, and after all that needs the machine alone", async () => {
  const names = ["lint", "templates", "contract", "sandbox", "e2e"];
  const [events, count] = await record(names, ["lint", "sandbox", "templates", "e2e", "contract"]);
  expect(events.slice(0, 4)).toEqual(["lint begins", "lint ends", "sandbox begins", "sandbox ends"]);
  expect(events.slice(4)).toEqual([
    "templates begins",
    "e2e begins",
    "templates ends",
    "contract begins",
    "e2e ends",
    "contract ends",
  ]);
  expect(count.passed).toBe(5);
});

test("a layer that throws is no success", async () => {
  const failing = (name: string): Promise<Count> =>
    name === "contract"
      ? Promise.reject(new Error("no engine"))
      : Promise.resolve({ passed: 1, failed: [], skipped: [] });
  await expect(runLayers(["contract", "e2e"], failing)).rejects.toThrow("no engine");
});
