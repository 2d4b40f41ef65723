import { execFile } from "node:child_process";

import { sshOptions } from "./connection";
import { type HostScript, scriptText } from "../shell";
import type { HostSettings } from "../settings";

/** What a hook does on a host is a matter of seconds; a container that is to stop may take its grace. */
const timeoutMs = 60_000;

/**
 * Runs a script on a host from within a resource hook, over the system's ssh as the docker provider does.
 * @throws Error with the host's name and what the script said on stderr.
 */
export async function runOnHost(host: HostSettings, script: HostScript): Promise<void> {
  const args = [...sshOptions(host), "-p", String(host.port), `${host.user}@${host.address}`, "sh -s"];
  await new Promise<void>((resolve, reject) => {
    const child = execFile("ssh", args, { timeout: timeoutMs }, (error, _, stderr) => {
      if (error) reject(new Error(`Host ${host.name} (${host.address}): ${stderr.trim() || error.message}`));
      else resolve();
    });
    // A connection that fails at once is told by its status, not by the broken pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(scriptText(script));
  });
}
