import { execFile, type ExecFileException } from "node:child_process";

import { sshOptions } from "./connection";
import { sshFailure } from "./engine-connection";
import { type HostScript, scriptText } from "../shell";
import type { HostSettings } from "../settings";

/**
 * Time limit for a hook's script, in milliseconds. Scripts take seconds; stopping a container takes at most its grace
 * period.
 */
const timeoutMs = 60_000;

/**
 * Runs a script on a host from a resource hook and returns its output. It uses the system's ssh, like the docker provider.
 * @throws Error with the host's name and the script's stderr, or, if the connection fails, with the host's address and ssh's
 * message.
 */
export function runOnHost(host: HostSettings, script: HostScript): Promise<string> {
  const args = [...sshOptions(host), "-p", String(host.port), `${host.user}@${host.address}`, "sh -s"];
  return new Promise<string>((resolve, reject) => {
    const child = execFile("ssh", args, { timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error) reject(new Error(problemOf(host, error, stderr)));
      else resolve(stdout);
    });
    // If the connection fails at once, ssh's status gives the reason, not the broken pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(scriptText(script));
  });
}

function problemOf(host: HostSettings, { code, killed, message }: ExecFileException, stderr: string): string {
  if (code === 255) return sshFailure(host, stderr);
  const late = `a script was not finished after ${timeoutMs / 1000} s. Check the machine and its Docker engine, then run again.`;
  return `Host ${host.name} (${host.address}): ${killed === true ? late : stderr.trim() || message}`;
}
