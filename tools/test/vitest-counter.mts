import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

import type { Reporter, SerializedError, TestModule } from "vitest/node";

import type { Count } from "./count.js";

/** Writes how many tests passed, failed or were tried again (and why), and were skipped to the file that COUNT_FILE names. */
export default class VitestCounter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const count = {
      passed: 0,
      failed: [] as string[],
      skipped: [] as { name: string; reason: string }[],
      retried: [] as string[],
    };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const withReason = (): string => [name, ...reason(result.errors?.[0])].join("\n         ");
        if (result.state === "passed") {
          count.passed++;
          if (test.diagnostic()?.flaky === true) count.retried.push(withReason());
        } else if (result.state === "skipped") count.skipped.push({ name, reason: result.note ?? "no reason given" });
        else count.failed.push(withReason());
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

/**
 * The first line of an error's message, its last ones, since it may be the output of a program, and the first lines that differ;
 * without colours, each at most 600 characters long.
 */
function reason(error: SerializedError | undefined): string[] {
  const [first = "no message", ...others] = linesOf(error?.message).filter((line) => line.trim() !== "");
  const differences = linesOf(error?.["diff"]).filter(
    (line) => /^[-+] /.test(line) && !/^[-+] (Expected|Received)\b/.test(line),
  );
  return [first, ...others.slice(-12), ...differences.slice(0, 6)].map((line) => line.slice(0, 600));
}

function linesOf(text: unknown): string[] {
  return typeof text === "string" ? stripVTControlCharacters(text).split("\n") : [];
}
