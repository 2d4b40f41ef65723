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

test("an IPv6 address stands in brackets", () => {
  expect(dockerProviderArgs({ ...host, address: "2001:db8::1", port: 2222 }).host).toBe(
    "ssh://core@[2001:db8::1]:2222",
  );
});

test("the host key is verified, and nobody's own ssh configuration is read", () => {
  const options = sshOptions(host);
  expect(options.slice(0, 2)).toEqual(["-F", "none"]);
  expect(options).toContain("StrictHostKeyChecking=yes");
  expect(options).toContain(`KnownHostsCommand=/usr/bin/env echo %H ${host.hostKey}`);
});

test("a jump host is verified by its own key, and its options are not the outer client's to expand", () => {
  const jump = { address: "198.51.100.7", hostKey: "ssh-ed25519 JUMP" };
  const option = sshOptions({ ...host, jump }).find((text) => text.startsWith("ProxyCommand="));
  expect(option).toContain("'KnownHostsCommand=/usr/bin/env echo %%H ssh-ed25519 JUMP'");
  expect(option).toMatch(/-p 22 core@198\.51\.100\.7 -W '\[%h\]:%p'$/);
});

test("registries' passwords go to the provider", () => {
  const registries = [{ address: "registry.example", username: "reader", password: pulumi.secret("x") }];
  expect(dockerProviderArgs({ ...host, registries }).registryAuth).toEqual(registries);
});
