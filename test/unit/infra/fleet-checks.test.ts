import { describe, expect, test } from "vitest";

import { checkFleet } from "../../../infra/fleet/checks";
import { readSettings } from "../../../infra/settings/read";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const [host] = smallestConfig.hosts;

/** Reads settings and checks them host by host. */
function check(settings: Readonly<Record<string, unknown>>): void {
  useStack({ stack: "shop-staging", config: { ...smallestConfig, ...settings } });
  checkFleet(readSettings());
}

describe("a mount", () => {
  const at = (...targets: string[]) => ({ mounts: targets.map((target) => ({ source: "/srv/x", target })) });

  test.each([
    ["agent", "/conf.d", "/conf.d"],
    ["agent", "/conf.d/own.d", "/conf.d"],
    ["agent", "/var/run/docker.sock", "/var/run/docker.sock"],
    ["agent", "/run/docker.sock", "/var/run/docker.sock"],
    ["agent", "/run", "/var/run/docker.sock"],
    ["agent", "/run/secrets", "/run/secrets/datadog"],
    ["agent", "/host/proc", "/host/proc"],
    ["agent", "/host", "/host/proc"],
    ["agent", "/etc/datadog-agent/conf.d", "/etc/datadog-agent/conf.d/apache.d"],
    ["agent", "/etc/datadog-agent/conf.d/redisdb.d/more", "/etc/datadog-agent/conf.d/redisdb.d"],
    ["agent", "/checks.d/../conf.d", "/conf.d"],
    ["generator", "/generated", "/generated"],
    ["generator", "/tmp", "/tmp/docker.sock"],
    ["generator", "/etc/docker-gen/templates", "/etc/docker-gen/templates"],
    ["generator", "/var/lib/docker-gen/more", "/var/lib/docker-gen"],
  ])("of the %s at %s is refused, as it meets the program's own at %s", (role, target, met) => {
    expect(() => check({ [role]: at("/fine", target) })).toThrow(
      `datadog-hosts:${role}.mounts[1].target: ${target} meets ${met}, where the program mounts something itself; choose a folder beside it`,
    );
  });

  test("in generation 5 is held against that generation's folders", () => {
    const agent = (target: string) => ({ agent: { generation: 5, ...at(target) } });
    expect(() => check(agent("/etc/dd-agent/conf.d"))).toThrow(/meets \/etc\/dd-agent\/conf\.d/);
    expect(() => check(agent("/etc/datadog-agent/conf.d"))).not.toThrow();
  });

  test("of one host is named as that host's", () => {
    expect(() => check({ hosts: [{ ...host, agent: at("/conf.d") }] })).toThrow(
      "datadog-hosts:hosts[0].agent.mounts[0].target: /conf.d meets",
    );
  });

  test.each(["/proc", "/proc/x", "/sys/y"])("at %s is refused", (target) => {
    expect(() => check({ agent: at(target) })).toThrow(/is taken: nothing can be mounted at \/(proc|sys); choose/);
  });

  test("at one place in two spellings is refused", () => {
    expect(() => check({ agent: at("/a/b", "/a/./b") })).toThrow(
      "agent.mounts[1].target: /a/./b is the same as /a/b; write it once",
    );
  });

  test.each([
    ["agent", "/checks.d"],
    ["agent", "/etc/datadog-agent/conf.d/own.d"],
    ["agent", "/conf.d.own"],
    ["agent", "/etc/datadog-agent/checks.d"],
    ["generator", "/generated.old"],
  ])("of the %s beside the program's own is taken: %s", (role, target) => {
    expect(() => check({ [role]: at(target) })).not.toThrow();
  });
});
