import { execFile } from "node:child_process";

import * as pulumi from "@pulumi/pulumi";

import { sshOptions } from "./connection";
import { quote, script } from "./host-script";
import { containerNames, ownerLabels, type Role } from "./labels";
import type { HostSettings } from "./settings/hosts";

/** A run that was cut off has made a container at the most a few seconds before. */
const sshTimeoutMs = 60_000;

/**
 * Runs just before a container is made: removes one that an `up` made and was cut off before it could note it down.
 * Only a container with this stack's, host's and role's labels goes; anyone else's makes the creation fail.
 */
export function makeRoomHook(role: Role, host: HostSettings): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${host.name}-${role}-make-room`, () => runOnHost(host, makeRoomLines(role, host)));
}

/** Shell lines that remove an orphan; exported for their tests. */
export function makeRoomLines(role: Role, host: Pick<HostSettings, "stackName" | "name">): string[] {
  const labels = Object.entries(ownerLabels(host, role)).map(
    ([key, value]) => `--filter label=${quote(`${key}=${value}`)}`,
  );
  const filter = [`--filter name=^/${containerNames[role]}$`, ...labels].join(" ");
  return [`for orphan in $(docker ps --all --quiet ${filter}); do docker rm --force "$orphan" >/dev/null; done`];
}

async function runOnHost(host: HostSettings, lines: readonly string[]): Promise<void> {
  const args = [...sshOptions(host), "-p", String(host.port), `${host.user}@${host.address}`, "sh -s"];
  await new Promise<void>((resolve, reject) => {
    const child = execFile("ssh", args, { timeout: sshTimeoutMs }, (error, _, stderr) => {
      if (error) reject(new Error(`Host ${host.name} (${host.address}): ${stderr.trim() || error.message}`));
      else resolve();
    });
    // A connection that fails at once is told by its status, not by the broken pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(script(lines));
  });
}
