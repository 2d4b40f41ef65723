import { expect, test } from "vitest";

import { dockerProviderArgs, sshOptions } from "../../../infra/connection";
import { smallestConfig } from "./fixtures";

const host = { ...smallestConfig.hosts[0], port: 22, user: "core", privateKey: undefined };

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
