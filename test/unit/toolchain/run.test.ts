import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { allOf, UserError } from "../../../tools/shared/errors";
import { withLock } from "../../../tools/shared/lock";
import { silent, step } from "../../../tools/shared/progress";
import { ProcessError, run } from "../../../tools/shared/run";
import { waitFor } from "../../../tools/shared/wait";

const failure = async (work: Promise<unknown>): Promise<ProcessError> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProcessError);
  return error as ProcessError;
};

describe("run", () => {
  it("passes input and returns the output", async () => {
    expect(await run("sh", ["-c", "cat; echo err >&2"], { input: "in" })).toEqual({
      status: 0,
      stdout: "in",
      stderr: "err\n",
    });
  });

  it("kills the process when the signal is aborted", async () => {
    const over = new AbortController();
    const onLine = (): void => over.abort();
    const killed = await failure(run("sh", ["-c", "echo ready; sleep 60"], { signal: over.signal, onLine }));
    expect(killed.message).toContain("failed with status 128");
  });

  it("fails with the end of the output", async () => {
    const error = await failure(run("sh", ["-c", "echo why >&2; exit 3"]));
    expect(error.message).toBe("sh -c: failed with status 3.\nwhy");
    expect(error.result?.status).toBe(3);
    expect((await run("sh", ["-c", "exit 3"], { check: false })).status).toBe(3);
  });

  it("names a missing program", async () => {
    expect((await failure(run("no-such-program", []))).message).toContain(
      "no program 'no-such-program' is on the PATH",
    );
  });

  it("kills a process that takes too long, with its children", async () => {
    const start = Date.now();
    const error = await failure(run("sh", ["-c", "sleep 60 & echo $!; wait"], { timeoutMs: 300 }));
    expect(error.message).toMatch(/not done after \d+ s/);
    expect(Date.now() - start).toBeLessThan(5000);
    const child = Number(/\d+$/.exec(error.message)?.[0]);
    await waitFor("the child's end", () => Promise.resolve(!isRunning(child)), { timeoutMs: 5000 });
  });

  it("kills a process without output in time, but not one with output", async () => {
    await failure(run("sh", ["-c", "sleep 60"], { silenceMs: 200 }));
    const talking = await run("sh", ["-c", "echo first; sleep 0.6; echo last"], { silenceMs: 400 });
    expect(talking.stdout).toBe("first\nlast\n");
  });

  it("passes on each line", async () => {
    const lines: string[] = [];
    await run("printf", ["a\\nb\\r\\nc"], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["a", "b", "c"]);
  });
});

/** Whether a process runs. A terminated process is listed as a zombie until its parent waits for it, but does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("withLock", () => {
  it("is held by one at a time", async () => {
    const inside: number[] = [];
    const work = async (): Promise<void> => {
      inside.push(1);
      expect(inside).toHaveLength(1);
      await sleep(50);
      inside.pop();
    };
    await Promise.all([1, 2, 3].map(() => withLock(`test ${process.pid}`, silent, work)));
  });

  it("is free again after an error, and waiting ends after the time limit", async () => {
    const name = `test again ${process.pid}`;
    await expect(withLock(name, silent, () => Promise.reject(new Error("broke")))).rejects.toThrow("broke");
    await withLock(name, silent, async () => {
      await expect(withLock(name, silent, () => Promise.resolve(), { timeoutMs: 150 })).rejects.toThrow(/Another run/);
    });
  });
});

describe("step", () => {
  it("logs nothing for a quick step", async () => {
    const lines: string[] = [];
    expect(
      await step(
        "Quick",
        (line) => lines.push(line),
        () => Promise.resolve(7),
      ),
    ).toBe(7);
    expect(lines).toEqual([]);
  });
});

describe("waitFor", () => {
  it("names what it waited for, and the last error", async () => {
    const probe = (): Promise<boolean> => Promise.reject(new Error("refused"));
    await expect(waitFor("the server", probe, { timeoutMs: 50, intervalMs: 10 })).rejects.toThrow(
      "Waited 0.05 s for the server. The last error: refused",
    );
  });
});

describe("allOf", () => {
  it("returns the results in order", async () => {
    expect(await allOf([Promise.resolve(1), Promise.resolve("two")])).toEqual([1, "two"]);
  });

  it("reports all errors that a user can fix, once each, and rethrows others", async () => {
    const wrong = (message: string): Promise<never> => Promise.reject(new UserError(message));
    await expect(allOf([wrong("a"), Promise.resolve(1), wrong("b"), wrong("a")])).rejects.toThrow(/^a\n\nb$/);
    await expect(allOf([wrong("a"), Promise.reject(new TypeError("a defect"))])).rejects.toThrow(TypeError);
  });
});
