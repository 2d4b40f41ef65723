import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { utils } from "ssh2";

/** A host key on disk. */
export interface HostKey {
  /** `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  readonly privateKeyFile: string;
}

/** Creates a key pair for the user of a test host in `folder`: `id_ed25519` (0600) and `id_ed25519.pub`. Returns the public line. */
export async function writeUserKey(folder: string, comment: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pair = utils.generateKeyPairSync("ed25519", { comment });
  await writeFile(join(folder, "id_ed25519"), pair.private, { mode: 0o600 });
  await writeFile(join(folder, "id_ed25519.pub"), `${pair.public}\n`);
  return pair.public;
}

/** Creates a host key for a test host in `folder`, and the `known_hosts` file with it. */
export async function writeHostKey(folder: string, address: string): Promise<HostKey> {
  const pair = utils.generateKeyPairSync("ed25519", {});
  const hostKey = pair.public.split(" ").slice(0, 2).join(" ");
  const privateKeyFile = join(folder, "ssh_host_ed25519_key");
  await writeFile(privateKeyFile, pair.private, { mode: 0o600 });
  await writeFile(join(folder, "known_hosts"), `${address} ${hostKey}\n`);
  return { hostKey, privateKeyFile };
}

/** Reads the host key that {@link writeHostKey} wrote. */
export async function readHostKey(folder: string): Promise<string> {
  return (await readFile(join(folder, "known_hosts"), "utf8")).trim().split(" ").slice(1).join(" ");
}
