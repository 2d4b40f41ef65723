import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { run } from "../../tools/shared/run";
import { ownerOf } from "./labels";

/** The folder with the keys of an owner's test hosts: in this clone, outside of git. */
export function ownerFolder(owner: string): string {
  return resolve(__dirname, "..", "..", ".sandbox", "hosts", ownerOf(owner));
}

/** A host key on disk. */
export interface HostKey {
  /** `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  readonly privateKeyFile: string;
}

/** Creates a key pair for the user of a test host in `folder`: `id_ed25519` (0600) and `id_ed25519.pub`. Returns the public line. */
export async function writeUserKey(folder: string, comment: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return generateKeyPair(join(folder, "id_ed25519"), comment);
}

/** Creates a host key for a test host in `folder`, and the `known_hosts` file with it. */
export async function writeHostKey(folder: string, address: string): Promise<HostKey> {
  const privateKeyFile = join(folder, "ssh_host_ed25519_key");
  const publicKey = await generateKeyPair(privateKeyFile, "");
  const hostKey = publicKey.split(" ").slice(0, 2).join(" ");
  await writeFile(join(folder, "known_hosts"), `${address} ${hostKey}\n`);
  return { hostKey, privateKeyFile };
}

/** Reads the host key that {@link writeHostKey} wrote. */
export async function readHostKey(folder: string): Promise<string> {
  return (await readFile(join(folder, "known_hosts"), "utf8")).trim().split(" ").slice(1).join(" ");
}

/**
 * Writes a new ed25519 key pair to `file` (OpenSSH's format, 0600) and `file.pub`, in place of an earlier one, and returns
 * the public line. OpenSSH makes it: one in 256 of those that the ssh2 package makes has a leading zero cut off, and sshd
 * does not start with it.
 */
async function generateKeyPair(file: string, comment: string): Promise<string> {
  await rm(file, { force: true });
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}
