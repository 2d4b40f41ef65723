import { describe, expect, it, vi } from "vitest";

import type { Count } from "../../../tools/test/count";
import { stepsOf } from "../../../tools/test/steps";

const count: Count = { passed: 1, failed: [], skipped: [] };
const lint = (): Promise<Count> => Promise.resolve(count);
const layers = { lint, unit: "vitest project", golden: "vitest project", e2e: "vitest project" } as const;
const vitest = vi.fn((projects: readonly string[]) => Promise.resolve({ ...count, passed: projects.length }));

describe("a run's steps", () => {
  it("run vitest projects that follow each other together", async () => {
    const steps = stepsOf(["lint", "unit", "golden"], layers, vitest);
    expect(steps.map(({ name }) => name)).toEqual(["lint", "unit, golden"]);
    expect(await steps[1]?.run()).toEqual({ ...count, passed: 2 });
    expect(vitest).toHaveBeenLastCalledWith(["unit", "golden"]);
  });

  it("keep the order of what is not a vitest project", () => {
    const steps = stepsOf(["unit", "lint", "e2e"], layers, vitest);
    expect(steps.map(({ name }) => name)).toEqual(["unit", "lint", "e2e"]);
  });

  it("refuse a name that is no layer", () => {
    expect(() => stepsOf(["lint", "e2"], layers, vitest)).toThrow(
      "There is no layer 'e2'; there are lint, unit, golden, e2e.",
    );
  });
});
