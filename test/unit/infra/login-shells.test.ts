import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { lookCommand } from "../../../tools/look/look";
import { recordGraph } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "login-shells-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The commands for a host, each with its standard input. */
async function commandsOf(root: string): Promise<Record<"create" | "delete" | "stdin", string | undefined>[]> {
  const graph = await recordGraph({ stack: "shop", config: { ...smallestConfig, root } });
  return graph.filter(({ urn }) => urn.includes("command:remote:Command")).map(({ inputs }) => inputs as never);
}

describe("a command on a host is the same to every login shell", () => {
  // What is special to csh or fish, but not to sh: a backslash or ! in quotes, line ends, and all that starts a statement.
  const plain = /^[\w ./-]+( '[^'\\!\n]*')?$/;

  test("as far as each word goes", async () => {
    const texts = (await commandsOf("/srv/datadog")).flatMap(({ create, delete: remove }) => [
      create,
      remove ?? "true",
    ]);
    expect(texts.length).toBeGreaterThan(3);
    for (const text of [...texts, lookCommand]) expect(text).toMatch(plain);
  });

  const known = ["sh", "bash", "dash", "ksh", "zsh", "tcsh", "bsd-csh", "fish"];
  const shells = known.filter((shell) => spawnSync(shell, ["-c", "true"]).status === 0);

  test.each(shells)("in %s, where a look runs", (shell) => {
    const { stdout, stderr } = spawnSync(shell, ["-c", lookCommand], { input: "echo looked", encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "looked\n", stderr: "" });
  });

  test.each(shells)("in %s, where files are created and deleted", async (shell) => {
    const root = `${folder}/root`;
    fs.writeFileSync(`${folder}/docker`, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const run = (command: string | undefined, input: string | undefined): string =>
      spawnSync(shell, ["-c", command ?? "false"], { input, env, encoding: "utf8" }).stderr;
    const made = (await commandsOf(root)).filter((command) => command.delete !== undefined);
    expect(made).toHaveLength(2);
    for (const { create, stdin } of made) expect(run(create, stdin)).toBe("");
    expect(fs.readdirSync(root).sort()).toEqual(["config", "generated", "secrets", "templates"]);
    for (const { delete: remove, stdin } of made) expect(run(remove, stdin)).toBe("");
    expect(fs.existsSync(root)).toBe(false);
  });
});
