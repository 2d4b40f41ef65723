import { spawnSync } from "node:child_process";

import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { dockerProviderArgs, sshOptions } from "../../../infra/host/connection";
import { smallestConfig } from "./fixtures";

const host = {
  ...smallestConfig.hosts[0],
  port: 22,
  user: "core",
  privateKey: undefined,
  jump: undefined,
  registries: [],
};

test("an IPv6 address is put in brackets", () => {
  expect(dockerProviderArgs({ ...host, address: "2001:db8::1", port: 2222 }).host).toBe(
    "ssh://core@[2001:db8::1]:2222",
  );
});

test("a user of a directory service is a part of an address", () => {
  expect(dockerProviderArgs({ ...host, user: "first.last@corp.example" }).host).toBe(
    "ssh://first.last%40corp.example@192.0.2.10:22",
  );
});

test("a user of a domain reaches both hops as it is", () => {
  const user = "CORP\\first.last";
  const provider = dockerProviderArgs({ ...host, user });
  expect(provider.host).toBe("ssh://192.0.2.10:22");
  expect(provider.sshOpts).toEqual([...sshOptions(host), "-l", user]);
  const jump = { address: "198.51.100.7", hostKey: host.hostKey };
  const proxy = sshOptions({ ...host, user, jump }).find((text) => text.startsWith("ProxyCommand=")) ?? "";
  // As a shell gives them to the inner ssh.
  const command = proxy.replace(/^ProxyCommand=ssh/, "printf '%s\\n'");
  expect(spawnSync("sh", ["-c", command], { encoding: "utf8" }).stdout.split("\n")).toContain(`${user}@198.51.100.7`);
});

test("the host key is verified, and no ssh configuration of the user is read", () => {
  const options = sshOptions(host);
  expect(options.slice(0, 2)).toEqual(["-F", "none"]);
  expect(options).toContain("StrictHostKeyChecking=yes");
  expect(options).toContain(`KnownHostsCommand=/usr/bin/env echo %H ${host.hostKey}`);
});

test("a jump host is verified by its own key, and the outer client does not expand its options", () => {
  const jump = { address: "198.51.100.7", hostKey: "ssh-ed25519 JUMP" };
  const option = sshOptions({ ...host, jump }).find((text) => text.startsWith("ProxyCommand="));
  expect(option).toContain("'KnownHostsCommand=/usr/bin/env echo %%H ssh-ed25519 JUMP'");
  expect(option).toMatch(/-p 22 core@198\.51\.100\.7 -W '\[%h\]:%p'$/);
});

/** The file of the private key as OpenSSH takes it from some options. */
function identityFile(options: readonly string[]): string | undefined {
  const { stdout } = spawnSync("ssh", [...options, "-G", "host"], { encoding: "utf8" });
  return /^identityfile (.*)$/m.exec(stdout)?.[1];
}

test.each(["/keys/plain", "~/.ssh/id_ed25519", "/own keys/id", '/a "b" c', "/it's/id", "/back\\slash", "/a#b", "/a;b"])(
  "the path of a key reaches ssh as it is: %s",
  (file) => {
    const withKey = { ...host, privateKey: { file, text: pulumi.secret("") } };
    expect(identityFile(sshOptions(withKey))).toBe(file);
    const jump = { address: "198.51.100.7", hostKey: host.hostKey };
    const proxy = sshOptions({ ...withKey, jump }).find((text) => text.startsWith("ProxyCommand=")) ?? "";
    // As a shell gives them to the inner ssh.
    const command = proxy
      .replace(/^ProxyCommand=ssh/, "printf '%s\\n'")
      .replace(/ -W .*$/, "")
      .replaceAll("%%", "%");
    const { stdout } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    expect(identityFile(stdout.split("\n").slice(0, -4))).toBe(file);
  },
);

test("a percent sign in the path of a key begins no token of ssh's", () => {
  const withKey = { ...host, privateKey: { file: "/100%h/id", text: pulumi.secret("") } };
  expect(sshOptions(withKey)).toContain('IdentityFile="/100%%h/id"');
});

test("registries' passwords go to the provider", () => {
  const registries = [{ address: "registry.example", username: "reader", password: pulumi.secret("x") }];
  expect(dockerProviderArgs({ ...host, registries }).registryAuth).toEqual(registries);
});
