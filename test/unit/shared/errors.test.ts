import { mkdtempSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { describeError } from "../../../tools/shared/errors";

/** What a function throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("It threw nothing.");
}

test("a folder for temporary files that can't be used is named with what to do, without a stack trace", () => {
  const text = describeError(thrownBy(() => mkdtempSync("/nonexistent/datadog-hosts-")));
  expect(text).toMatch(/^This machine refused access .*ENOENT.*\/nonexistent\/.* TMPDIR .* Then run again\.$/);
});

test.each(["EACCES", "ENOSPC", "EROFS"])("so is %s of any file", (code) => {
  const error = Object.assign(new Error(`${code}: refused, open '/x'`), { code, path: "/x", syscall: "open" });
  expect(describeError(error)).toMatch(new RegExp(`^This machine refused access to a file \\(${code}`));
});

test("a file of this repository that is missing is a defect, with its stack trace", () => {
  expect(describeError(thrownBy(() => readFileSync("/nonexistent/template")))).toMatch(/^Error: ENOENT.*\n +at /);
});
