import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { checkOut } from "../../../tools/rollback/earlier-clone";

test("an earlier clone has the packages, and git sees no change in it, which Pulumi would note", async () => {
  const folder = mkdtempSync(join(tmpdir(), "earlier-clone-"));
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd, encoding: "utf8" });
  try {
    cpSync(".gitignore", join(folder, ".gitignore"));
    cpSync("package-lock.json", join(folder, "package-lock.json"));
    mkdirSync(join(folder, "node_modules/@scope/part"), { recursive: true });
    writeFileSync(join(folder, "node_modules/@scope/part/index.js"), "");
    git(folder, "init", "--quiet");
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--message", "first");
    const commit = git(folder, "rev-parse", "HEAD").trim();
    const clone = await checkOut(commit, folder);
    expect(existsSync(join(clone.folder, "node_modules/@scope/part/index.js"))).toBe(true);
    expect(git(clone.folder, "status", "--porcelain")).toBe("");
    await clone.remove();
    expect(existsSync(join(folder, "node_modules/@scope/part/index.js"))).toBe(true);
    expect(git(folder, "worktree", "list").trim().split("\n")).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
