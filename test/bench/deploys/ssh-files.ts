import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Target } from "./contender";

/** Files with which OpenSSH, Ansible and pyinfra reach the hosts, and verify their keys. */
export interface SshFiles {
  readonly folder: string;
  /** A configuration of OpenSSH that knows the hosts by their names. */
  readonly config: string;
  readonly knownHosts: string;
  remove(): void;
}

/** Writes the files into a new folder. */
export function writeSshFiles(targets: readonly Target[]): SshFiles {
  const folder = mkdtempSync(join(tmpdir(), "compared-"));
  const [config, knownHosts] = [join(folder, "config"), join(folder, "known_hosts")];
  writeFileSync(
    knownHosts,
    targets
      .map(({ host, address, port }) => `${port === 22 ? address : `[${address}]:${port}`} ${host.hostKey}\n`)
      .join(""),
  );
  writeFileSync(
    config,
    targets
      .map(({ host, address, port }) =>
        [
          `Host ${host.name}`,
          `  HostName ${address}`,
          `  Port ${port}`,
          `  User ${host.user}`,
          `  IdentityFile ${host.privateKeyFile}`,
          "  IdentitiesOnly yes",
          "  BatchMode yes",
          "  StrictHostKeyChecking yes",
          "  GlobalKnownHostsFile /dev/null",
          `  UserKnownHostsFile ${knownHosts}`,
          "",
        ].join("\n"),
      )
      .join(""),
  );
  return { folder, config, knownHosts, remove: () => rmSync(folder, { recursive: true }) };
}
