import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { steadyFunction } from "../../../infra/container/steady-shell";
import { script } from "../../../infra/host/script";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steady-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Watches two containers for a second; `states` are what Docker says of the second one, one look after the other. */
function watch(...states: string[]): { status: number | null; output: string } {
  writeFileSync(join(folder, "states"), states.map((state) => `${state}\n`).join(""));
  const docker = [
    "#!/bin/sh",
    'case "$*" in',
    "  *Status*)",
    `    state=$(head -n 1 ${folder}/states)`,
    `    [ "$(wc -l <${folder}/states)" = 1 ] || sed -i 1d ${folder}/states`,
    '    [ "$state" != gone ] || exit 1',
    '    echo "aa running 7"; echo "bb $state" ;;',
    "  *Name*) echo /dd-agent ;;",
    `  logs*) printf 'first\\nno key 0123456789abcdef0123456789abcdef\\033[2J\\n' ;;`,
    "esac",
  ];
  writeFileSync(join(folder, "docker"), docker.join("\n"), { mode: 0o755 });
  const lines = [...steadyFunction(1), 'steady aa bb || { echo "$reason"; exit 1; }'];
  const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
  const { status, stdout } = spawnSync("sh", ["-s"], { input: script(lines), encoding: "utf8", env });
  return { status, output: stdout };
}

test("containers that stay are fine, however often they were started before", () => {
  expect(watch("running 3")).toEqual({ status: 0, output: "" });
});

test.each([
  ["is started again", ["running 0", "running 1"]],
  ["is between two starts", ["restarting 4"]],
  ["has ended", ["running 0", "exited 0"]],
])("one that %s is named with its last words, without keys and control characters", (_, states) => {
  expect(watch(...states)).toEqual({
    status: 1,
    output: "the new dd-agent ends again and again. The last that it said:\n  first\n  no key *****[2J\n",
  });
});

test("one that is gone is told", () => {
  expect(watch("running 0", "gone")).toMatchObject({
    status: 1,
    output: expect.stringContaining("not there any more") as string,
  });
});
