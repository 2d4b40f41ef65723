import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "output-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that prints far more than a pipe holds, and then makes a file. */
const program = (file: string): string => `
  const { writeFileSync } = require("node:fs");
  const { runMain } = require(${JSON.stringify(join(process.cwd(), "tools/shared/errors.ts"))});
  runMain(async () => {
    for (let line = 0; line < 2000; line += 1) {
      process.stdout.write("x".repeat(500) + "\\n");
      if (line % 100 === 0) await new Promise((settle) => setTimeout(settle, 1));
    }
    writeFileSync(${JSON.stringify(file)}, "");
    return 0;
  });`;

/** Runs the program and returns its exit status and stderr. */
async function ends(file: string, stdout: "pipe" | number): Promise<{ status: number | null; stderr: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "-e", program(file)], {
    stdio: ["ignore", stdout, "pipe"],
  });
  child.stdout?.once("data", () => child.stdout?.destroy());
  let stderr = "";
  child.stderr?.on("data", (text: Buffer) => (stderr += text.toString()));
  return new Promise((settle) => child.once("close", (status) => settle({ status, stderr })));
}

test("a program whose reader has ended finishes its work silently", async () => {
  const file = join(folder, "unread");
  expect(await ends(file, "pipe")).toEqual({ status: 0, stderr: "" });
  expect(existsSync(file)).toBe(true);
});

test("a program whose output can't be written finishes its work and says so", async () => {
  const file = join(folder, "full");
  expect(await ends(file, openSync("/dev/full", "w"))).toEqual({
    status: 1,
    stderr: "The output can't be written (ENOSPC).\n",
  });
  expect(existsSync(file)).toBe(true);
});
