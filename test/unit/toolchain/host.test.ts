import { describe, expect, it } from "vitest";
import { debianImageReference } from "../../../sandbox/host/debian-image";
import { masqueradedIn, withoutDockerRules } from "../../../sandbox/host/engine-network";
import { daemonConfig } from "../../../sandbox/host/files";
import { hostNameOf, ownerOf } from "../../../sandbox/host/labels";
import { overlaps } from "../../../sandbox/host/network";

describe("overlaps", () => {
  it.each([
    ["10.231.4.0/24", true],
    ["10.231.4.200/32", true],
    ["10.231.0.0/16", true],
    ["10.0.0.0/8", true],
    ["0.0.0.0/0", true],
    ["10.231.4.128/25", true],
    ["10.231.5.0/24", false],
    ["10.232.0.0/16", false],
    ["172.17.0.0/16", false],
    ["192.168.1.7/24", false],
  ])("%s and 10.231.4.0/24: %s", (cidr, expected) => {
    expect(overlaps(cidr, "10.231.4")).toBe(expected);
  });

  it("is never the case for the networks of a test host's own engine", () => {
    const config = JSON.parse(daemonConfig) as { bip: string; "default-address-pools": { base: string }[] };
    for (const range of [config.bip, ...config["default-address-pools"].map(({ base }) => base)]) {
      expect(overlaps(range, "10.231.0")).toBe(false);
    }
  });
});

describe("withoutDockerRules", () => {
  const before = "*filter\n:FORWARD ACCEPT [0:0]\n:MINE - [0:0]\n-A FORWARD -j MINE\nCOMMIT\n";
  const now = [
    "*filter",
    ":FORWARD DROP [1:60]",
    ":MINE - [0:0]",
    ":DOCKER - [0:0]",
    ":DOCKER-ISOLATION-STAGE-1 - [0:0]",
    "-A FORWARD -j DOCKER-USER",
    "-A FORWARD -j MINE",
    "-A FORWARD -o docker0 -j ACCEPT",
    "-A FORWARD -i br-0123456789ab ! -o br-0123456789ab -j ACCEPT",
    "-A FORWARD -i br-lan -j ACCEPT",
    "COMMIT",
    "",
  ].join("\n");

  it("removes what an engine added, and keeps the rest, including later changes", () => {
    expect(withoutDockerRules(now, before)).toBe(
      "*filter\n:FORWARD ACCEPT [1:60]\n:MINE - [0:0]\n-A FORWARD -j MINE\n-A FORWARD -i br-lan -j ACCEPT\nCOMMIT\n",
    );
  });

  it("keeps a policy that was already strict", () => {
    expect(withoutDockerRules(now, before.replace("ACCEPT", "DROP"))).toContain(":FORWARD DROP");
  });
});

describe("masqueradedIn", () => {
  it("finds the networks of present and former engines, and nothing else", () => {
    const saved = [
      "*nat",
      "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
      "-A POSTROUTING -s 10.231.1.0/24 ! -o br-0123456789ab -j MASQUERADE",
      "-A POSTROUTING -s 10.231.1.5/32 -d 10.231.1.5/32 -p tcp -m tcp --dport 80 -j MASQUERADE",
      "-A POSTROUTING -s 10.9.0.0/16 -j ACCEPT",
      "COMMIT",
    ].join("\n");
    expect(masqueradedIn(saved)).toEqual(["10.231.1.0/24", "10.231.1.5/32"]);
    expect(masqueradedIn("")).toEqual([]);
  });
});

describe("names", () => {
  it("are checked before they become part of a command", () => {
    expect(hostNameOf("web-1")).toBe("web-1");
    expect(ownerOf("sandbox")).toBe("sandbox");
    for (const name of ["", "-a", "a b", "A", "a;b", "x".repeat(33)]) {
      expect(() => hostNameOf(name), name).toThrow(/test host's name/);
      expect(() => ownerOf(name), name).toThrow(/owner of test hosts/);
    }
  });
});

describe("debianImageReference", () => {
  const image = { repository: "name", release: 12, packages: ["a"], setup: ["b"] } as const;

  it("names the release and changes with the recipe", () => {
    const reference = debianImageReference(image);
    expect(reference).toMatch(/^name:12-[0-9a-f]{12}$/);
    expect(debianImageReference({ ...image, packages: ["a", "c"] })).not.toBe(reference);
    expect(debianImageReference({ ...image, setup: ["c"] })).not.toBe(reference);
    expect(debianImageReference({ ...image, changes: ["ENV A=b"] })).not.toBe(reference);
  });
});
