import { describe, expect, test } from "vitest";

import { checkFleet } from "../../../infra/fleet/checks";
import { integrationNames } from "../../../infra/integrations";
import { readSettings } from "../../../infra/settings/read";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const [host] = smallestConfig.hosts;

/** Reads settings and checks them host by host. */
function check(settings: Readonly<Record<string, unknown>>): void {
  useStack({ stack: "shop-staging", config: { ...smallestConfig, ...settings } });
  checkFleet(readSettings());
}

describe("an integration that the agent's generation does not have", () => {
  const five = (integrations?: readonly string[]) => ({
    agent: { generation: 5 },
    ...(integrations && { integrations }),
  });

  test("is refused if the stack lists it", () => {
    expect(() => check(five(["docker", "etcd"]))).toThrow(
      "datadog-hosts:integrations: generation 5 of the agent, which host web-1 has, has no etcd; take it out, or use generation 7",
    );
    expect(() => check(five(["etcd", "tls"]))).toThrow("has no etcd and no tls; take them out");
    expect(() => check({ integrations: ["docker", "etcd"] })).not.toThrow();
  });

  test("is left out if the stack lists no integrations, or all", () => {
    expect(() => check(five())).not.toThrow();
    expect(() => check(five([...integrationNames]))).not.toThrow();
  });
});

describe("a mount", () => {
  const at = (...targets: string[]) => ({ mounts: targets.map((target) => ({ source: "/srv/x", target })) });

  test.each([
    ["agent", "/conf.d", "/conf.d"],
    ["agent", "/conf.d/own.d", "/conf.d"],
    ["agent", "/run/docker-engine", "/run/docker-engine"],
    ["agent", "/var/run/docker-engine/more", "/run/docker-engine"],
    ["agent", "/run", "/run/docker-engine"],
    ["agent", "/run/secrets", "/run/secrets/datadog"],
    ["agent", "/host/proc", "/host/proc"],
    ["agent", "/host", "/host/proc"],
    ["agent", "/etc/datadog-agent/conf.d", "/etc/datadog-agent/conf.d/apache.d"],
    ["agent", "/etc/datadog-agent/conf.d/redisdb.d/more", "/etc/datadog-agent/conf.d/redisdb.d"],
    ["agent", "/checks.d/../conf.d", "/conf.d"],
    ["generator", "/generated", "/generated"],
    ["generator", "/var/run", "/run/docker-engine"],
    ["generator", "/etc/docker-gen/templates", "/etc/docker-gen/templates"],
    ["generator", "/var/lib/docker-gen/more", "/var/lib/docker-gen"],
  ])("of the %s at %s is refused, as it meets the program's own at %s", (role, target, met) => {
    expect(() => check({ [role]: at("/fine", target) })).toThrow(
      `datadog-hosts:${role}.mounts[1].target: ${target} meets ${met}, where the program mounts something itself; choose a folder beside it`,
    );
  });

  test("is compared with the folders of generation 5 in generation 5", () => {
    const agent = (target: string) => ({ agent: { generation: 5, ...at(target) } });
    expect(() => check(agent("/etc/dd-agent/conf.d"))).toThrow(/meets \/etc\/dd-agent\/conf\.d/);
    expect(() => check(agent("/etc/datadog-agent/conf.d"))).not.toThrow();
  });

  test("of one host is named with that host", () => {
    expect(() => check({ hosts: [{ ...host, agent: at("/conf.d") }] })).toThrow(
      "datadog-hosts:hosts[0].agent.mounts[0].target: /conf.d meets",
    );
  });

  test.each(["/proc", "/proc/x", "/sys/y", "/var/run/docker.sock", "/run/docker.sock"])(
    "at %s is refused",
    (target) => {
      const expected = /is taken: nothing can be mounted at \/(proc|sys|run\/docker\.sock); choose/;
      expect(() => check({ agent: at(target) })).toThrow(expected);
      expect(() => check({ generator: at(target) })).toThrow(expected);
    },
  );

  test("is refused if two spellings mean the same path", () => {
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

describe("the generator's wait", () => {
  const wait = (times: Record<string, string>, generation = 7) => ({
    agent: { generation },
    generator: { wait: times },
  });

  test.each<[Record<string, unknown>, string]>([
    [wait({ quiet: "5s" }), "generator.wait.quiet: 5s is more than the longest wait of 2s; write at least longest: 5s"],
    [
      wait({ longest: "200ms" }),
      "generator.wait.longest: 200ms is shorter than the quiet time, which is 500ms with generation 7; write at least longest: 500ms",
    ],
    [
      wait({ longest: "1s" }, 5),
      "generator.wait.longest: 1s is shorter than the quiet time, which is 2s with generation 5",
    ],
    [wait({ quiet: "1m", longest: "59s" }), "generator.wait.quiet: 1m is more than the longest wait of 59s"],
    [
      { generator: { wait: { longest: "3s" } }, hosts: [{ ...host, generator: { wait: { quiet: "4s" } } }] },
      "hosts[0].generator.wait.quiet: 4s is more than the longest wait of 3s",
    ],
  ])("that docker-gen does not start with is refused: %j", (settings, message) => {
    expect(() => check(settings)).toThrow(`datadog-hosts:${message}`);
  });

  test.each([
    wait({ quiet: "2s" }),
    wait({ longest: "500ms" }),
    wait({ longest: "2000ms" }, 5),
    wait({ quiet: "5s", longest: "1m" }),
  ])("that docker-gen starts with is taken: %j", (settings) => {
    expect(() => check(settings)).not.toThrow();
  });

  test.each(["99999m", "1h", "99999999999ms"])("of an invalid duration is refused: %s", (longest) => {
    expect(() => check(wait({ longest }))).toThrow(
      /generator\.wait\.longest: has the wrong form: it must be a time in ms, s or m/,
    );
  });
});

describe("a network that no container can join", () => {
  test.each<[Record<string, unknown>, RegExp]>([
    [{ networks: ["host"] }, /networks\[0\]: can't be joined together with others; .*agent: { network: host }/],
    [{ networks: ["a", "none"] }, /networks\[1\]: can't be joined: in Docker it means no network; remove it/],
    [{ links: ["host"] }, /links\[0\]: can't be joined together with others/],
    [{ links: ["bridge"] }, /links\[0\]: has no names: .*; choose another network/],
    [{ hosts: [{ ...host, links: ["bridge"] }] }, /hosts\[0\]\.links\[0\]: has no names/],
  ])("is refused: %j", (settings, expected) => {
    expect(() => check(settings)).toThrow(expected);
  });

  test("does not include the default bridge in networks, which the agent is on anyway", () => {
    expect(() => check({ networks: ["bridge"] })).not.toThrow();
  });
});

describe("a password file", () => {
  const passwordFiles = [{ name: "cart", containers: ["cart-redis"], network: "backend" }];
  const problem = "cart is for the network backend, which the agent of host web-1 is not on; add backend to networks";

  test("for a network without the agent is refused", () => {
    expect(() => check({ passwordFiles })).toThrow(`datadog-hosts:passwordFiles: ${problem}`);
  });

  test("of one host is named with that host", () => {
    expect(() => check({ hosts: [{ ...host, passwordFiles }] })).toThrow(
      `datadog-hosts:hosts[0].passwordFiles: ${problem}`,
    );
  });

  test.each([{ networks: ["backend"] }, { links: ["backend"] }, { agent: { network: "host" } }])(
    "is taken where the agent reaches its network: %j",
    (reach) => {
      check({ passwordFiles, ...reach });
      expect(readSettings().hosts[0]?.passwordFiles).toEqual(passwordFiles);
    },
  );
});
