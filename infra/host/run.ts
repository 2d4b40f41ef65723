import { execFile, type ExecFileException } from "node:child_process";

import { sshOptions } from "./connection";
import { sshFailure } from "./engine-connection";
import { type HostScript, scriptText } from "../shell";
import type { HostSettings } from "../settings";

/** What a hook does on a host is a matter of seconds; a container that is to stop may take its grace. */
const timeoutMs = 60_000;

/**
 * Runs a script on a host from within a resource hook, over the system's ssh as the docker provider does, and returns what
 * it printed.
 * @throws Error with the host's name and what the script said on stderr; with its address and ssh's own words, where the
 * connection fails.
 */
export function runOnHost(host: HostSettings, script: HostScript): Promise<string> {
  const args = [...sshOptions(host), "-p", String(host.port), `${host.user}@${host.address}`, "sh -s"];
  return new Promise<string>((resolve, reject) => {
    const child = execFile("ssh", args, { timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error) reject(new Error(problemOf(host, error, stderr)));
      else resolve(stdout);
    });
    // A connection that fails at once is told by its status, not by the broken pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(scriptText(script));
  });
}

function problemOf(host: HostSettings, { code, killed, message }: ExecFileException, stderr: string): string {
  if (code === 255) return sshFailure(host, stderr);
  const late = `a script was not finished after ${timeoutMs / 1000} s. Check the machine and its Docker engine, then run again.`;
  return `Host ${host.name} (${host.address}): ${killed === true ? late : stderr.trim() || message}`;
}
