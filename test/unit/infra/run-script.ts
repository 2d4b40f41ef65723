import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type HostScript, scriptText } from "../../../infra/shell";

/** The result of a script: its exit status, its output, and the recorded calls of `docker`. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly docker: readonly string[];
}

/**
 * What Docker's client writes on stderr beside each answer if it can't read its own settings. The stub writes it wherever a
 * script takes stderr for a part of the answer; programs' logs excepted.
 */
const warning = [
  'case "$call" in *logs*) ;; *)',
  "  if [ /proc/$$/fd/1 -ef /proc/$$/fd/2 ]; then",
  "    echo 'WARNING: Error loading config file: /home/core/.docker/config.json: permission denied' >&2",
  "  fi ;;",
  "esac",
].join("\n");

/**
 * Runs a script in this machine's plain `sh`, as a host would, with a temporary folder.
 * @param docker branches of a shell's `case` over the arguments of a `docker` command, such as `ps*) echo 0f ;;`; `log`
 * records the call, and `$HERE` is the folder. Default: every call is recorded and succeeds.
 * @param command the command that gets the script on stdin. Default: `sh -s`.
 */
export function runScript(
  script: HostScript,
  docker = "*) log ;;",
  [program, ...args]: readonly [string, ...string[]] = ["sh", "-s"],
): Outcome {
  const here = mkdtempSync(join(tmpdir(), "host-script-"));
  try {
    writeFileSync(join(here, "calls"), "");
    writeFileSync(
      join(here, "docker"),
      `#!/bin/sh\nlog() { printf '%s\\n' "$call" >>"$HERE/calls"; }\ncall="$*"\n${warning}\ncase "$call" in\n${docker}\nesac\n`,
      { mode: 0o755 },
    );
    const env = { PATH: `${here}:${process.env["PATH"] ?? ""}`, HERE: here };
    const { status, stdout, stderr } = spawnSync(program, args, { input: scriptText(script), encoding: "utf8", env });
    const calls = readFileSync(join(here, "calls"), "utf8");
    return { status, stdout, stderr, docker: calls.split("\n").slice(0, -1) };
  } finally {
    rmSync(here, { recursive: true });
  }
}
