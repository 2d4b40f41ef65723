import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";

import { waitFor } from "../../../tools/shared/wait";

test("a slow probe is given pauses as long as itself, so that it does not keep the machine busy", async () => {
  let probes = 0;
  const probe = async (): Promise<boolean> => {
    probes += 1;
    await sleep(50);
    return false;
  };
  await expect(waitFor("nothing", probe, { timeoutMs: 500, intervalMs: 1 })).rejects.toThrow(
    "Waited 0.5 s for nothing.",
  );
  // Probe and pause take 100 ms together.
  expect(probes).toBeLessThanOrEqual(6);
});

test("the last error of the probe is told", async () => {
  const probe = (): Promise<boolean> => Promise.reject(new Error("no answer"));
  await expect(waitFor("an answer", probe, { timeoutMs: 20, intervalMs: 1 })).rejects.toThrow(
    "Waited 0.02 s for an answer. The last error: no answer",
  );
});
