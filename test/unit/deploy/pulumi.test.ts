import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { HeldOutput } from "../../../tools/deploy/held-output";
import { runPulumi } from "../../../tools/deploy/pulumi";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(["SIGHUP", "SIGTERM"] as const)(
  "a run ends in order at %s, also if the terminal that is closed tells pulumi as well",
  async (signal) => {
    const lines = ["trap 'exit 3' INT", "kill -HUP $$", "echo ready >&2", "while :; do sleep 0.05; done"];
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
    const output = new HeldOutput();
    let said = "";
    const end = await runPulumi(
      ["up"],
      { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
      {
        output,
        reword: (text) => {
          said += text;
          if (said.includes("ready")) process.emit(signal);
          return "";
        },
      },
    );
    expect(end).toMatchObject({ status: 3, interrupted: true, signal: undefined });
  },
);
