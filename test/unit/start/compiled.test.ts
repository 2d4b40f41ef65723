import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { run } from "../../../tools/shared/run";

const compiled = resolve(__dirname, "..", "..", "..", "infra", "start", "compiled.cjs");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compiled-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What a text evaluates to in a process of its own. */
async function evaluated(text: string): Promise<string> {
  const files = JSON.stringify({ filename: "text.js", codeFile: join(folder, "text") });
  const script = `console.log(require(${JSON.stringify(compiled)}).evaluate(${JSON.stringify(text)}, ${files}))`;
  return (await run("node", ["-e", script])).stdout.trim();
}

it("the compiled code of a text is kept when the process ends, and taken in place of the text by the next one", async () => {
  expect(await evaluated("1 + 1")).toBe("2");
  expect(readdirSync(folder)).toEqual([`text-${process.version}-${process.arch}.code`]);
  // Of the same length, so Node.js takes the code for its own.
  expect(await evaluated("3 + 3")).toBe("2");
});

it("a text of another length, or damaged code, is compiled again", async () => {
  expect(await evaluated("1 + 1")).toBe("2");
  expect(await evaluated("10 + 10")).toBe("20");
  writeFileSync(join(folder, `text-${process.version}-${process.arch}.code`), "damaged");
  expect(await evaluated("3 + 3")).toBe("6");
  expect(await evaluated("3 + 3")).toBe("6");
});
