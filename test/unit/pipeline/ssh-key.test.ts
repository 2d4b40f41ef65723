import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { withSshKey } from "../../../tools/pipeline/ssh-key";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ssh-key-"));
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "the deploy key", "-f", join(folder, "key")]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the key is in an ssh agent during the work, and not in the environment", async () => {
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env["PATH"],
    SSH_PRIVATE_KEY: readFileSync(join(folder, "key"), "utf8"),
  };
  let socket = "";
  await withSshKey(environment, () => {
    socket = environment["SSH_AUTH_SOCK"] ?? "";
    expect(JSON.stringify(environment)).not.toContain("PRIVATE KEY");
    expect(execFileSync("ssh-add", ["-l"], { env: environment }).toString()).toContain("the deploy key");
    return Promise.resolve();
  });
  expect(environment["SSH_AUTH_SOCK"]).toBeUndefined();
  expect(() => execFileSync("ssh-add", ["-l"], { env: { SSH_AUTH_SOCK: socket }, stdio: "pipe" })).toThrow();
});

test("an invalid key is refused, and not repeated", async () => {
  const environment: NodeJS.ProcessEnv = { PATH: process.env["PATH"], SSH_PRIVATE_KEY: "not-to-be-shown" };
  const refused = withSshKey(environment, () => Promise.resolve());
  await expect(refused).rejects.toThrow(/ssh-add refuses the key in SSH_PRIVATE_KEY/);
  await expect(refused).rejects.not.toThrow(/not-to-be-shown/);
});

test("without a key the work runs as it is", async () => {
  expect(await withSshKey({}, () => Promise.resolve("done"))).toBe("done");
});
