import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { SettingsError } from "./problems";

/**
 * Reads the private key for the hosts.
 * @param file as in the settings: `~/…`, absolute, or relative to the current folder (the repository's root).
 * @throws SettingsError if the file does not exist, can't be read, is not a private key, needs a passphrase, or can be used by
 * only one of the two ssh clients (the system's, and that of Pulumi's command plugin).
 */
export function readPrivateKey(file: string): string {
  const expanded = path.resolve(file.replace(/^~(?=\/)/, os.homedir()));
  const fail = (problem: string): never => {
    throw new SettingsError([{ path: "privateKeyFile", problem: `${file} ${problem}` }]);
  };
  if (file.includes("-----BEGIN")) {
    throw new SettingsError([
      {
        path: "privateKeyFile",
        problem: "holds a private key itself; write the path of its file here, and use another key from now on",
      },
    ]);
  }
  // OpenSSH expands ${…}, and an option can't contain control characters.
  if (/\$\{|\p{Cc}/u.test(file))
    fail("contains characters that ssh does not accept in a path; give the file a plain name");
  const { homedir } = os.userInfo();
  if (file.startsWith("~/") && homedir !== os.homedir()) {
    fail(
      `is in another folder for ssh, which always takes ~ as ${homedir} (HOME is ${os.homedir()}); write the full path`,
    );
  }
  let text = "";
  let mode = 0;
  try {
    const status = fs.statSync(expanded);
    if (status.isDirectory()) fail("is a folder; name the private key's file in it");
    // Both ssh clients read it, and reading a pipe or a device might never end.
    if (!status.isFile()) fail("is no regular file; name the file of a private key");
    mode = exposedMode(status);
    text = fs.readFileSync(expanded, "utf8");
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT")
      fail(
        `does not exist (looked at ${expanded}); name the private key for the hosts, or no file at all to use your ssh agent`,
      );
    fail(`can't be read (${String(code)}); make it readable: chmod 600 ${file}`);
  }
  if (/^(PuTTY-User-Key-File|---- BEGIN SSH2)/.test(text)) {
    fail(
      `is a key in another format; convert it to OpenSSH's (puttygen ${file} -O private-openssh -o NEW, or ssh-keygen -i) and name the new file`,
    );
  }
  if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    fail("is not a private key; name the file without .pub");
  }
  if (mode !== 0) {
    fail(
      `is accessible to others (mode ${mode.toString(8).padStart(4, "0")}), and ssh refuses such a key: chmod 600 ${file}`,
    );
  }
  if (needsPassphrase(text)) {
    fail(`needs a passphrase; load it into your ssh agent (ssh-add ${file}), and name no file`);
  }
  const problem = sshProblem(expanded);
  if (problem !== undefined) fail(problem);
  return text;
}

/**
 * Why one of the two ssh clients can't use a key without a passphrase; undefined if both can. This runs `ssh-keygen`, which
 * reads keys in the same way as ssh: ssh is stricter than the other client, and differs between versions.
 */
function sshProblem(file: string): string | undefined {
  const { error, status, stdout } = spawnSync("ssh-keygen", ["-y", "-P", "", "-f", file], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  // If there is no ssh, the deploy reports it.
  if (error !== undefined) return undefined;
  if (status !== 0) {
    return "is a private key that ssh can't read; check that it is complete, ends with a newline and has no Windows line ends";
  }
  return stdout.startsWith("sk-")
    ? "is a key on a security device, which only ssh itself can use; load it into your ssh agent (ssh-add), and name no file"
    : undefined;
}

/**
 * The file mode for which OpenSSH refuses a key: the user's own file, accessible to others (sshkey_perm_ok in OpenSSH's
 * authfile.c). 0 if OpenSSH accepts the file.
 */
function exposedMode({ uid, mode }: fs.Stats): number {
  return uid === process.getuid?.() && (mode & 0o077) !== 0 ? mode & 0o777 : 0;
}

/** Whether a key needs a passphrase: a PEM file then has a header, and OpenSSH's format names a cipher (PROTOCOL.key). */
function needsPassphrase(text: string): boolean {
  if (/ENCRYPTED/.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*)-----END/.exec(text)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.subarray(0, magic.length).toString() !== magic) return false;
  const length = bytes.readUInt32BE(magic.length);
  return bytes.subarray(magic.length + 4, magic.length + 4 + length).toString() !== "none";
}
