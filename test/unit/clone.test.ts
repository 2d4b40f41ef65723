import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";

test("a clone has the line ends of Linux, whatever git's settings are", () => {
  const files = [
    "templates/host/preflight.sh",
    "templates/generator/hints.tmpl",
    "tools/install.sh",
    "stacks/shop.yaml",
  ];
  const text = execFileSync("git", ["-c", "core.autocrlf=true", "check-attr", "eol", "--", ...files], {
    encoding: "utf8",
  });
  expect(text.trim().split("\n")).toEqual(files.map((file) => `${file}: eol: lf`));
});
