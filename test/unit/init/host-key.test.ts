import { createServer, type AddressInfo } from "node:net";

import { expect, test } from "vitest";

import { fingerprintOf, verifyHostKey, parseHostKey, scanHostKey } from "../../../tools/init/host-key";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINvAroFyNerM4P7GOlJFeYQmqoj9VhNouqHu2Mr6XCNK";
/** As `ssh-keygen -lf` prints it. */
const fingerprint = "SHA256:Q0go/ktf6Ky7TFKpnhJX6SVrMkpsjXcq34zChAQ792A";
const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAHKUGJMPNmXZXhkZTBAUMRA2h4V8Jhc3MGbH0kfZcS8";

test("a fingerprint is the one that OpenSSH prints", () => {
  expect(fingerprintOf(hostKey)).toBe(fingerprint);
});

test("a key is read from the output of ssh-keyscan and ssh-keygen, which also has comments", () => {
  expect(parseHostKey(`# [192.0.2.10]:22 SSH-2.0-OpenSSH_9.2\n[192.0.2.10]:2222 ${hostKey}\n`)).toBe(hostKey);
  expect(parseHostKey(`# Host web-1 found: line 1\n|1|aGFzaA==|aGFzaA== ${hostKey}\n`)).toBe(hostKey);
  expect(parseHostKey("# 192.0.2.10:22 SSH-2.0-OpenSSH_9.2\n")).toBeUndefined();
  expect(parseHostKey("web-1 ssh-rsa AAAAB3NzaC1yc2E=\n")).toBeUndefined();
});

test.each([
  ["by its fingerprint", undefined, [fingerprint], "confirmed"],
  ["by its fingerprint without the prefix", undefined, [fingerprint.replace("SHA256:", "")], "confirmed"],
  ["by known_hosts", hostKey, [], "confirmed"],
  ["by nobody", undefined, ["SHA256:AAAA"], "unknown"],
  ["by known_hosts that has another one", other, [], "mismatch"],
] as const)("a key is verified %s", (_, known, fingerprints, verdict) => {
  expect(verifyHostKey(hostKey, known, fingerprints)).toBe(verdict);
});

test("a port on which nothing listens is told as such", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(scanHostKey({ name: "web-1", address: "127.0.0.1", port })).rejects.toThrow(
    /^Host web-1 \(127\.0\.0\.1, port \d+\) shows no ed25519 host key: nothing listens at the host's address and port \(.*Connection refused\)\. Check that the host is up/,
  );
});
