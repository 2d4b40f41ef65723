import { expect, test } from "vitest";

import { targetsInEvents, targetsInState } from "../../../tools/deploy/engine-targets";

const urn = "urn:pulumi:s::d::datadog-hosts:index:MonitoredHost$pulumi:providers:docker::web-1-docker";
const inputs = { host: "ssh://core@192.0.2.10:2222", sshOpts: '["-F","none"]', version: "5.2.0" };
const target = { user: "core", address: "192.0.2.10", port: 2222, options: ["-F", "none"] };

test("an engine's address is read from the provider, in a run's events and in a state", () => {
  const events = [{ resourcePreEvent: { metadata: { op: "same", urn, new: { inputs } } } }];
  expect(targetsInEvents(events)).toEqual(new Map([["web-1", target]]));
  expect(targetsInState([{ urn, type: "pulumi:providers:docker", inputs }])).toEqual(new Map([["web-1", target]]));
});

test("a user of a domain is read from ssh's options", () => {
  const domain = { ...inputs, host: "ssh://192.0.2.10:22", sshOpts: ["-F", "none", "-l", "CORP\\ops"] };
  const [read] = targetsInState([{ urn, type: "pulumi:providers:docker", inputs: domain }]).values();
  expect(read?.user).toBe("CORP\\ops");
});

test("an IPv6 address loses the brackets of its URL", () => {
  const sixth = { ...inputs, host: "ssh://core@[2001:db8::1]:22" };
  const [read] = targetsInState([{ urn, type: "pulumi:providers:docker", inputs: sixth }]).values();
  expect(read?.address).toBe("2001:db8::1");
});

test("a provider that belongs to no host, or is not reached over ssh, is left out", () => {
  const local = { urn, type: "pulumi:providers:docker", inputs: { host: "unix:///var/run/docker.sock" } };
  const others = { urn: urn.replace("web-1-docker", "web-1-files"), type: "command", inputs };
  expect(targetsInState([local, others]).size).toBe(0);
});
