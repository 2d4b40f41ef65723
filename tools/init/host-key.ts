import { createHash } from "node:crypto";

import { adviseOn } from "../deploy/advice";
import { UserError } from "../shared/errors";
import { run } from "../shared/run";

/** How a host is reached, before its key is known. */
export interface Place {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Seconds that the host may take to answer. */
const scanSeconds = 10;

/**
 * Asks a host for its ed25519 key, over the network and so without any proof.
 * @returns `ssh-ed25519 AAAA…`.
 * @throws UserError where it shows none, or there is no ssh-keyscan.
 */
export async function scanHostKey({ name, address, port }: Place): Promise<string> {
  const args = ["-T", String(scanSeconds), "-t", "ed25519", "-p", String(port), address];
  const { stdout, stderr } = await run("ssh-keyscan", args, { check: false, timeoutMs: (scanSeconds + 5) * 1000 });
  const key = readScan(stdout);
  if (key !== undefined) return key;
  const said = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .pop();
  const known = said === undefined ? undefined : adviseOn(said);
  throw new UserError(
    `Host ${name} (${address}, port ${port}) shows no ed25519 host key${said === undefined ? "" : ` (${said.trim()})`}. ` +
      (known?.remedy ?? "See that address and port are right and that sshd runs there with an ed25519 key."),
  );
}

/** The ed25519 key in what `ssh-keyscan` or `ssh-keygen -F` prints: lines of `HOST ssh-ed25519 AAAA…`. */
export function readScan(output: string): string | undefined {
  return /^[^#\s]\S* (ssh-ed25519 [A-Za-z0-9+/=]+)\s*$/m.exec(output)?.[1];
}

/** A key's fingerprint as OpenSSH writes it: `SHA256:` and the digest in base 64, without padding. */
export function fingerprintOf(hostKey: string): string {
  const blob = Buffer.from(hostKey.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** The ed25519 key that this user's ssh has for a host in its known_hosts; undefined where it has none. */
export async function knownHostKey({ address, port }: Place): Promise<string | undefined> {
  const place = port === 22 ? address : `[${address}]:${port}`;
  const { stdout } = await run("ssh-keygen", ["-F", place], { check: false, timeoutMs: 10_000 });
  return readScan(stdout);
}

/** How a host's fingerprint can be read on the machine itself. */
export const readOnTheMachine = "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub";

/** What becomes of a key that a host has shown. */
export type KeyVerdict = "confirmed" | "unknown" | "another";

/**
 * Judges a key that a host has shown.
 * @param known what ssh has for the host; undefined where it has nothing.
 * @param fingerprints those that somebody has compared; each may stand with or without `SHA256:`.
 */
export function judgeHostKey(hostKey: string, known: string | undefined, fingerprints: readonly string[]): KeyVerdict {
  const own = fingerprintOf(hostKey);
  if (fingerprints.some((one) => own === (one.startsWith("SHA256:") ? one : `SHA256:${one}`))) return "confirmed";
  if (known === undefined) return "unknown";
  return known === hostKey ? "confirmed" : "another";
}
