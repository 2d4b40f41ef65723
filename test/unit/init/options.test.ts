import { expect, test } from "vitest";

import { readOptions } from "../../../tools/init/options";

test.each([
  ["an unknown flag", ["--bogus", "x"], "Unknown option '--bogus'. The options are: --project,"],
  ["an argument without a flag", ["extra"], "Unexpected argument 'extra'. The options are: --project,"],
  [
    "a flag's value that looks like a flag",
    ["--hosts", "-f"],
    "Option '--hosts' argument is ambiguous. The options are:",
  ],
])("%s is refused in one line", (_, args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

test("a value may begin with a dash, and empty ones count as missing", () => {
  expect(readOptions(["--hosts=-f", "--api-key-file=-", "--project="])).toEqual({ hosts: "-f", "api-key-file": "-" });
});
