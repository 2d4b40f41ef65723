import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { SettingsError } from "./problems";

/**
 * The text of the private key for the hosts.
 * @param file as in the settings: `~/…`, absolute, or relative to the current folder (the repository's root).
 * @throws SettingsError if the file does not exist, can't be read, is not a private key, needs a passphrase, or would be
 * refused by ssh.
 */
export function readPrivateKey(file: string): string {
  const expanded = path.resolve(file.replace(/^~(?=\/)/, os.homedir()));
  const fail = (problem: string): never => {
    throw new SettingsError([{ path: "privateKeyFile", problem: `${file} ${problem}` }]);
  };
  // OpenSSH expands ${…}, and an option can't contain control characters.
  if (/\$\{|\p{Cc}/u.test(file))
    fail("contains characters that ssh does not accept in a path; give the file a plain name");
  let text = "";
  let mode = 0;
  try {
    text = fs.readFileSync(expanded, "utf8");
    mode = exposedMode(fs.statSync(expanded));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT")
      fail(
        `does not exist (looked at ${expanded}); name the private key for the hosts, or remove privateKeyFile to use your ssh agent`,
      );
    fail(`can't be read (${String(code)}); make it readable: chmod 600 ${file}`);
  }
  if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    fail("is not a private key; name the file without .pub");
  }
  if (mode !== 0) {
    fail(
      `is accessible to others (mode ${mode.toString(8).padStart(4, "0")}), and ssh refuses such a key: chmod 600 ${file}`,
    );
  }
  if (isLocked(text)) {
    fail(`needs a passphrase; load it into your ssh agent (ssh-add ${file}) and remove privateKeyFile`);
  }
  return text;
}

/**
 * The mode of a key file that OpenSSH refuses: your own file that others have access to (sshkey_perm_ok in its
 * authfile.c). 0 if it accepts it.
 */
function exposedMode({ uid, mode }: fs.Stats): number {
  return uid === process.getuid?.() && (mode & 0o077) !== 0 ? mode & 0o777 : 0;
}

/** Whether a key file needs a passphrase: PEM has a header for it, OpenSSH's format names a cipher (PROTOCOL.key). */
function isLocked(text: string): boolean {
  if (/ENCRYPTED/.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*)-----END/.exec(text)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.subarray(0, magic.length).toString() !== magic) return false;
  const length = bytes.readUInt32BE(magic.length);
  return bytes.subarray(magic.length + 4, magic.length + 4 + length).toString() !== "none";
}
