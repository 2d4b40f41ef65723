import { writeFileSync } from "node:fs";

import type { Reporter, SerializedError, TestModule } from "vitest/node";

import type { Count } from "./count.js";

/** Writes how many tests passed, failed and were skipped to the file that COUNT_FILE names. */
export default class VitestCounter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const count = {
      passed: 0,
      failed: [] as string[],
      skipped: [] as { name: string; reason: string }[],
    };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        if (result.state === "passed") count.passed++;
        else if (result.state === "skipped") count.skipped.push({ name, reason: result.note ?? "no reason given" });
        else count.failed.push(name);
      }
      // A file that can't be loaded, or a hook that fails, has no test that says so.
      if (module.state() === "failed" && !count.failed.some((name) => name.startsWith(module.relativeModuleId))) {
        count.failed.push(`${module.relativeModuleId} (file or hook)`);
      }
    }
    count.failed.push(...unhandled.map(({ message }) => `unhandled error: ${message}`));
    const file = process.env["COUNT_FILE"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(count satisfies Count));
  }
}
