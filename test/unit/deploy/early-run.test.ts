import { afterEach, expect, test, vi } from "vitest";

import { awaitClearance, clearanceSocketVariable } from "../../../infra/clearance";
import { EarlyRun, type EarlyRunOptions } from "../../../tools/deploy/early-run";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Starts a program that waits for clearance, and records how it went on and what is shown on stdout. */
async function startProgram() {
  const ends: string[] = [];
  const shown = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const run = await EarlyRun.start(async ({ environment, output }: EarlyRunOptions) => {
    vi.stubEnv(clearanceSocketVariable, environment[clearanceSocketVariable]);
    output.write(process.stdout, "starts\n");
    await awaitClearance().then(
      () => ends.push("done"),
      () => ends.push("refused"),
    );
    output.write(process.stdout, "ends\n");
    return "over";
  });
  return { run, ends, shown };
}

test("the program waits, and goes on once it may; only then its output is shown", async () => {
  const { run, ends, shown } = await startProgram();
  expect([ends, shown.mock.calls]).toEqual([[], []]);
  await expect(run.proceed()).resolves.toBe("over");
  expect([ends, shown.mock.calls]).toEqual([["done"], [["starts\n"], ["ends\n"]]]);
});

test("a run that is stopped ends before it has done anything, and shows nothing", async () => {
  const { run, ends, shown } = await startProgram();
  await expect(run.stop()).resolves.toBe(true);
  expect([ends, shown.mock.calls]).toEqual([["refused"], []]);
});

test("a run that has ended by itself is not taken for one that was stopped, and shows its output", async () => {
  const shown = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const run = await EarlyRun.start(({ output }) => {
    output.write(process.stdout, "the stack is locked\n");
    return Promise.resolve("failed");
  });
  await expect(run.stop()).resolves.toBe(false);
  expect(shown).not.toHaveBeenCalled();
  await expect(run.proceed()).resolves.toBe("failed");
  expect(shown).toHaveBeenCalledWith("the stack is locked\n");
});

test("a program that make up no longer answers does nothing", async () => {
  vi.stubEnv(clearanceSocketVariable, "/nowhere/clearance");
  await expect(awaitClearance()).rejects.toThrow("make up has ended");
});

test("without make up nothing has to be waited for", async () => {
  vi.stubEnv(clearanceSocketVariable, undefined);
  await expect(awaitClearance()).resolves.toBeUndefined();
});
