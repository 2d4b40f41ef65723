import { defineConfig } from "vitest/config";

import LongestFirst from "./tools/test/longest-first.mjs";

/** One project per test layer, so that each can be run by its name: `npx vitest run --project unit`. */
const layer = (name: string, options: { timeout: number; parallel: boolean | number; retry?: number }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ["tools/test/record-times.mts"],
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    // Each process of Node.js would read such a file when it starts, which takes longer than the rest of its start. What tests
    // start opens no connection that needs it.
    env: { NODE_EXTRA_CA_CERTS: "" },
    retry: options.retry ?? 0,
    fileParallelism: options.parallel !== false,
    ...(typeof options.parallel === "number" && { maxWorkers: options.parallel }),
  },
});

export default defineConfig({
  test: {
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    projects: [
      layer("unit", { timeout: 20_000, parallel: true }),
      layer("golden", { timeout: 60_000, parallel: true }),
      layer("templates", { timeout: 120_000, parallel: true }),
      // Files of this layer and of the last wait half of the time, for hosts, containers and intervals; each has its own. Four
      // keep two cores at work.
      // On a busy machine one of their many waits may end too early: a second try tells that from a defect, and is reported.
      layer("contract", { timeout: 300_000, parallel: 4, retry: 1 }),
      layer("sandbox", { timeout: 900_000, parallel: false, retry: 1 }),
      layer("e2e", { timeout: 900_000, parallel: 4, retry: 1 }),
    ],
  },
});
