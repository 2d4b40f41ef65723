import { createHash } from "node:crypto";

import { adviceFor } from "../deploy/advice";
import { UserError } from "../shared/errors";
import { run } from "../shared/run";

/** The address of a host's sshd, before the host's key is known. */
export interface SshEndpoint {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Time limit for the host's answer, in seconds. */
const scanSeconds = 10;

/**
 * Gets a host's ed25519 key over the network. Nothing proves that the key is the host's own.
 * @returns `ssh-ed25519 AAAA…`.
 * @throws UserError if the host shows no such key, or if ssh-keyscan is missing.
 */
export async function scanHostKey({ name, address, port }: SshEndpoint): Promise<string> {
  const args = ["-T", String(scanSeconds), "-t", "ed25519", "-p", String(port), address];
  const { stdout, stderr } = await run("ssh-keyscan", args, { check: false, timeoutMs: (scanSeconds + 5) * 1000 });
  const key = parseHostKey(stdout);
  if (key !== undefined) return key;
  const reason = lastLine(stderr) ?? (await sshReason({ address, port }));
  const advice = reason === undefined ? undefined : adviceFor(reason);
  throw new UserError(
    `Host ${name} (${address}, port ${port}) shows no ed25519 host key` +
      `${advice === undefined ? "" : `: ${advice.meaning}`}${reason === undefined ? "" : ` (${reason})`}. ` +
      (advice?.remedy ?? "Check that address and port are right and that sshd runs there with an ed25519 key.") +
      (advice?.meaning === "the host does not answer" ? ` ${jumpHostHint}` : ""),
  );
}

const jumpHostHint =
  "A host that is reached through a jump host only can't be set up by make init: write the stack's file by hand (docs/first-steps.md).";

/** Why there is no key, in the words of ssh: ssh-keyscan says nothing if nobody answers, or if there are other keys. */
async function sshReason({ address, port }: Omit<SshEndpoint, "name">): Promise<string | undefined> {
  const options = [
    `ConnectTimeout=${scanSeconds}`,
    ...["BatchMode=yes", "HostKeyAlgorithms=ssh-ed25519", "StrictHostKeyChecking=yes"],
    ...["UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null"],
  ];
  const args = [
    "-F",
    "none",
    ...options.flatMap((option) => ["-o", option]),
    "-p",
    String(port),
    "--",
    address,
    "true",
  ];
  const { stderr } = await run("ssh", args, { check: false, timeoutMs: (scanSeconds + 5) * 1000 });
  return lastLine(stderr);
}

/** The last line of a program's errors; undefined if there is none. */
function lastLine(stderr: string): string | undefined {
  return stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .pop();
}

/** Finds the ed25519 key in the output of `ssh-keyscan` or `ssh-keygen -F`, whose lines are `HOST ssh-ed25519 AAAA…`. */
export function parseHostKey(output: string): string | undefined {
  return /^[^#\s]\S* (ssh-ed25519 [A-Za-z0-9+/=]+)\s*$/m.exec(output)?.[1];
}

/** A key's fingerprint as OpenSSH prints it: `SHA256:` and the digest in base64, without padding. */
export function fingerprintOf(hostKey: string): string {
  const blob = Buffer.from(hostKey.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** The ed25519 key in the user's known_hosts for a host; undefined if there is none. */
export async function knownHostKey({ address, port }: SshEndpoint): Promise<string | undefined> {
  const knownName = port === 22 ? address : `[${address}]:${port}`;
  const { stdout } = await run("ssh-keygen", ["-F", knownName], { check: false, timeoutMs: 10_000 });
  return parseHostKey(stdout);
}

/** The command that prints a host's fingerprint on the host itself. */
export const fingerprintCommand = "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub";

/** The result of verifying a host's key. `mismatch`: known_hosts has another key for the host. */
export type KeyVerdict = "confirmed" | "unknown" | "mismatch";

/**
 * Verifies the key that a host showed.
 * @param known the host's key in known_hosts; undefined if there is none.
 * @param fingerprints that the user has compared, each with or without `SHA256:`.
 */
export function verifyHostKey(hostKey: string, known: string | undefined, fingerprints: readonly string[]): KeyVerdict {
  const own = fingerprintOf(hostKey);
  if (fingerprints.some((one) => own === (one.startsWith("SHA256:") ? one : `SHA256:${one}`))) return "confirmed";
  if (known === undefined) return "unknown";
  return known === hostKey ? "confirmed" : "mismatch";
}
