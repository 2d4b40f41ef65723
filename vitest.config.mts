import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

import LongestFirst from "./tools/test/longest-first.mjs";

/**
 * Layers that need no host: one file for each processor. The sandbox is one more, which mostly waits: it has to be the only one
 * on the machine's engine, because its test looks at what is left there.
 */
const alone = { groupOrder: 1, maxWorkers: availableParallelism() + 1 };
/**
 * Layers whose files mostly wait, for hosts, containers and intervals; each file has its own. Six keep two processors at work.
 * On a busy machine one of their many waits may end too early: a second try tells that from a defect, and is reported.
 */
const waiting = { groupOrder: 2, maxWorkers: 6 };

/** One project per test layer, so that each can be run by its name: `npx vitest run --project unit`. */
const layer = (name: string, { groupOrder, maxWorkers }: typeof alone, timeout: number, retry: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ["tools/test/record-times.mts"],
    testTimeout: timeout,
    hookTimeout: timeout,
    // Each process of Node.js would read such a file when it starts, which takes longer than the rest of its start. What tests
    // start opens no connection that needs it.
    env: { NODE_EXTRA_CA_CERTS: "" },
    retry,
    maxWorkers,
    sequence: { groupOrder },
  },
});

export default defineConfig({
  test: {
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    projects: [
      layer("unit", alone, 60_000, 0),
      layer("golden", alone, 60_000, 0),
      layer("templates", waiting, 120_000, 0),
      layer("contract", waiting, 300_000, 1),
      layer("sandbox", alone, 900_000, 1),
      layer("e2e", waiting, 900_000, 1),
    ],
  },
});
