import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { SettingsError } from "../../../infra/settings/problems";
import { readSettings } from "../../../infra/settings/read";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const host = smallestConfig.hosts[0];

/** The message that some settings are refused with. */
function refusal(change: Record<string, unknown>, secrets?: string[]): string {
  const config = Object.fromEntries(
    Object.entries<unknown>({ ...smallestConfig, ...change }).filter(([, value]) => value !== undefined),
  );
  useStack({ stack: "shop-staging", config, ...(secrets && { secrets }) });
  try {
    readSettings();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error("the settings were taken");
}

test("a minimal stack is accepted, and every default is filled in", () => {
  useStack({ stack: "shop-staging", config: smallestConfig });
  const settings = readSettings();
  expect(settings.hosts).toHaveLength(1);
  expect(settings.hosts[0]).toMatchObject({
    name: "web-1",
    user: "core",
    port: 22,
    root: "/home/core/datadog",
    networks: [],
    site: "datadoghq.com",
    stackName: "shop-staging",
    agent: { memoryMiB: 512, pollSeconds: 5 },
  });
});

test("a host's own settings override the stack's", () => {
  useStack({
    stack: "shop-staging",
    config: { ...smallestConfig, user: "ops", port: 2222, hosts: [{ ...host, user: "root" }] },
  });
  expect(readSettings().hosts[0]).toMatchObject({ user: "root", port: 2222, root: "/root/datadog" });
});

describe("each wrong setting is reported with its path and what to write", () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["a missing project", { project: undefined }, /datadog-hosts:project: is missing; write for example project: shop/],
    [
      "a missing API key",
      { apiKey: undefined },
      /datadog-hosts:apiKey: is missing; set it with `pulumi config set --secret/,
    ],
    ["an empty list of hosts", { hosts: [] }, /datadog-hosts:hosts: needs at least one host/],
    ["hosts that are a text", { hosts: "web-1" }, /datadog-hosts:hosts: is not a list/],
    [
      "a host without a key",
      { hosts: [{ ...host, hostKey: undefined }] },
      /hosts\[0\]\.hostKey: is missing; write for example hostKey: ssh-ed25519/,
    ],
    [
      "a host key of another kind",
      { hosts: [{ ...host, hostKey: "ssh-rsa AAAA" }] },
      /hosts\[0\]\.hostKey: is not an ed25519 host key.*ssh-keyscan/,
    ],
    [
      "a host key with its comment",
      { hosts: [{ ...host, hostKey: `${host.hostKey} root@web-1` }] },
      /hosts\[0\]\.hostKey: has an address, a comment or a blank beside the key; write "ssh-ed25519 AAAA…" alone/,
    ],
    [
      "a host key with its address",
      { hosts: [{ ...host, hostKey: `192.0.2.10 ${host.hostKey}` }] },
      /hosts\[0\]\.hostKey: has an address, a comment or a blank beside/,
    ],
    [
      "a damaged host key",
      { hosts: [{ ...host, hostKey: host.hostKey.slice(0, -4) }] },
      /hosts\[0\]\.hostKey: is cut off or damaged/,
    ],
    ["two hosts of one name", { hosts: [host, host] }, /hosts\[1\]\.name: is the same as hosts\[0\]\.name/],
    ["a port out of range", { hosts: [{ ...host, port: 70000 }] }, /hosts\[0\]\.port: is out of range: at most 65535/],
    ["a port that is no number", { port: "ssh" }, /datadog-hosts:port: is not a/],
    [
      "a key that every object of JavaScript has",
      { constructor: "x" },
      /datadog-hosts:constructor: is not a setting; the nearest/,
    ],
    ["an unknown key", { hots: [] }, /datadog-hosts:hots: is not a setting; the nearest one is "hosts"/],
    [
      "an unknown key of a host",
      { hosts: [{ ...host, adress: "x" }] },
      /hosts\[0\]\.adress: is not a setting; the nearest one is "address"/,
    ],
    [
      "an unknown integration",
      { integrations: ["redis"] },
      /integrations\[0\]: is not one of these: apache, docker, elastic, .*, tcp_check, tls/,
    ],
    [
      "a tag with spaces",
      { environment: "my stage" },
      /datadog-hosts:environment: has the wrong form: it must be lower case.*; write for example environment: staging/,
    ],
    ["a tag that the program sets", { tags: ["project:x"] }, /tags\[0\]: .*choose another key/],
    [
      "a second tag for the host",
      { tags: ["host:x"] },
      /tags\[0\]: .*"host" are set by other settings; choose another key/,
    ],
    [
      "a private key that isn't there",
      { privateKeyFile: "/nowhere/key" },
      /privateKeyFile: \/nowhere\/key does not exist/,
    ],
  ])("%s", (_, change, expected) => {
    expect(refusal(change)).toMatch(expected);
  });

  test("all problems are reported at once", () => {
    const message = refusal({ project: "Shop!", environment: undefined, hosts: [{ name: "web-1" }] });
    expect(message).toMatch(/4 problems/);
    for (const key of ["project", "environment", "hosts[0].address", "hosts[0].hostKey"]) {
      expect(message).toContain(`datadog-hosts:${key}:`);
    }
  });

  test("an API key in the clear is refused, and not repeated", () => {
    const message = refusal({}, []);
    expect(message).toMatch(/datadog-hosts:apiKey: is in the clear/);
    expect(message).not.toContain(smallestConfig.apiKey);
  });

  test("a proxy's password is refused, and not repeated", () => {
    const message = refusal({ proxy: { https: "http://me:let-me-in@proxy.example:3128" } });
    expect(message).toMatch(
      /datadog-hosts:proxy\.https: contains a user or password, which `docker inspect` would show/,
    );
    expect(message).not.toContain("let-me-in");
  });

  test("a malformed API key is refused, and not repeated", () => {
    const message = refusal({ apiKey: "not-a-key-but-secret" });
    expect(message).toMatch(/datadog-hosts:apiKey: has the wrong form: it must be a Datadog API key: 32 characters/);
    expect(message).not.toContain("not-a-key-but-secret");
  });
});

describe("what nobody on the host could use is refused", () => {
  test.each(["/srv/../etc", "/srv/./x", "//srv/x", "/srv//x", "/srv/.", "/srv/..", "/..", "/."])(
    "a folder that is not written in its shortest form: %s",
    (root) => {
      expect(refusal({ root })).toMatch(/datadog-hosts:root: (contains "\.", "\.\." or "\/\/"|has the wrong form)/);
    },
  );

  test.each(["/home/core", "/root", "/var/home/core", "/etc", "/srv", "/opt", "/var/lib", "/var/lib/docker"])(
    "a folder with other content: %s",
    (root) => {
      expect(refusal({ root })).toMatch(/root: has other content, which would be removed .*a folder of its own in it/);
    },
  );

  test.each(["192.0.2.300", "192.0.2", "192.0.2.010", "3221225994", "1.2.3.4.5", "0x7f000001", "0x7f.1", "10.0.0.0xA"])(
    "an address of digits that is none: %s",
    (address) => {
      expect(refusal({ hosts: [{ ...host, address }] })).toMatch(/hosts\[0\]\.address: is no IPv4 address/);
      expect(refusal({ jump: { address, hostKey: host.hostKey } })).toMatch(/jump\.address: is no IPv4 address/);
    },
  );

  test.each(["https://intake.example/?api_key=x", "https://intake.example#x"])(
    "an intake with a query: %s",
    (intake) => {
      expect(refusal({ intake })).toMatch(/intake: has a \? or #/);
    },
  );

  test.each(["/proc/x", "/sys/fs", "/dev/shm/datadog", "/run/datadog", "/var/run/datadog", "/run"])(
    "a folder that the system does not keep: %s",
    (root) => {
      expect(refusal({ root })).toMatch(/root: is in a folder of the system that is not kept; choose another one/);
    },
  );

  test.each([
    [["agent", "health"], /begins with neither CMD nor CMD-SHELL/],
    [["NONE", "x"], /begins with neither CMD nor CMD-SHELL/],
    [["cmd", "agent", "health"], /begins with neither CMD nor CMD-SHELL/],
    [["CMD-SHELL", "agent", "health"], /more than one text after CMD-SHELL/],
  ])("a health check that Docker would not run: %j", (check, expected) => {
    expect(refusal({ agent: { healthCheck: { test: check } } })).toMatch(expected);
  });

  test.each(["localhost", "localhost.localdomain", "ip6-localhost"])("a host called %s", (name) => {
    expect(refusal({ hosts: [{ ...host, name }] })).toMatch(/hosts\[0\]\.name: means every machine/);
  });
  test.each(["a..b", "a-.b", "a.-b", "a.", "-a", "a_b"])("a host called %s", (name) => {
    expect(refusal({ hosts: [{ ...host, name }] })).toMatch(/hosts\[0\]\.name: has the wrong form: .*each part/);
  });

  test.each(["datadoghq..eu", ".datadoghq.eu", "-.eu", "datadoghq-.eu"])("what can't be a site: %s", (site) => {
    expect(refusal({ site })).toMatch(/site: has the wrong form: it must be a Datadog site/);
  });
  test.each(["app.datadoghq.eu", "www.datadoghq.com", "api.us3.datadoghq.com"])("a page as the site: %s", (site) => {
    expect(refusal({ site })).toMatch(/site: is the address of a page; write the site alone/);
  });

  test.each(["https://:8080", "https://x.example:99999", "http://x.example:0", "http://[::1", "https://a%"])(
    "an address that leads nowhere: %s",
    (address) => {
      expect(refusal({ intake: address })).toMatch(/intake: has no host name, or a port that is none/);
      expect(refusal({ proxy: { https: address } })).toMatch(/proxy\.https: has no host name, or a port that is none/);
    },
  );

  test.each(["a,b", "a b", ""])("several addresses in one, which are passed in one line: %j", (entry) => {
    expect(refusal({ proxy: { noProxy: [entry] } })).toMatch(
      /noProxy\[0\]: has the wrong form: it must be one address/,
    );
  });

  test("a variable with a character that ends it", () => {
    expect(refusal({ agent: { environment: { A: "b\0c" } } })).toMatch(/environment\.A: .*NUL/);
    expect(refusal({ proxy: { noProxy: ["a\0b"] } })).toMatch(/noProxy\[0\]: has the wrong form/);
    expect(refusal({ intake: "https://a.example/\0" })).toMatch(/intake: has the wrong form/);
  });

  test("a variable with which no program starts", () => {
    const environment = { A: "é".repeat(65_001) };
    expect(refusal({ agent: { environment } })).toMatch(
      /agent\.environment\.A: is too long: .*; use a file \(mounts\)/,
    );
    expect(refusal({ generator: { environment } })).toMatch(/generator\.environment\.A: is too long/);
  });

  test("a placeholder in an address, which a Swarm would fill in", () => {
    expect(refusal({ proxy: { noProxy: ["{{x}}"] } })).toMatch(/noProxy\[0\]: has the wrong form/);
    expect(refusal({ intake: "https://a.example/{{x}}" })).toMatch(/intake: has the wrong form/);
  });
});

describe("values that the host's system allows", () => {
  const taken = (settings: Record<string, unknown>): void => {
    useStack({ stack: "shop-staging", config: { ...smallestConfig, ...settings } });
    expect(() => readSettings()).not.toThrow();
  };

  test.each(["/srv/datadog", "/home/first.last/.datadog", "/srv/..x", "/srv/a,b+c", "/running/x"])(
    "the folder %s",
    (root) => taken({ root }),
  );
  test.each(["us3.datadoghq.com", "ddog-gov.com", "apps.example"])("the site %s", (site) => taken({ site }));
  test.each(["http://[::1]:8080", "https://x.example:443/path", "http://x"])("the intake %s", (intake) =>
    taken({ intake }),
  );
  test.each(["10.0.0.0/8", "[::1]:80", "*.internal", "web_1.example", "::1"])("an address without proxy: %s", (entry) =>
    taken({ proxy: { noProxy: [entry] } }),
  );
  test.each(["0xcafe.example", "1.example", "10.0.0.10.nip.io"])("a host at %s", (address) =>
    taken({ hosts: [{ ...host, address }] }),
  );
  test.each(["1", "a-b.c", "web-1.shop.example"])("a host called %s", (name) => taken({ hosts: [{ ...host, name }] }));

  test.each(["first.last", "Deploy", "1st", "_apt", "a-b_c", "CORP\\first.last", "corp.example\\ops"])(
    "a user called %s",
    (user) => taken({ user }),
  );
  test.each(["1000", "-x", "a b", "a;b", "$x", ".a", "a\\", "\\a", "a\\b\\c", "CORP\\1000"])(
    "but no user called %s",
    (user) => {
      expect(refusal({ hosts: [{ ...host, user }] })).toMatch(
        /hosts\[0\]\.user: has the wrong form: it must be a user name/,
      );
    },
  );

  test.each([
    "registry.example/agent:PROD",
    "agent",
    "localhost:5000/a/b_c/d__e/f--g:v1.2_x-Y",
    "[2001:db8::1]:5000/agent",
    "Registry.Example/agent",
    `gcr.io/datadoghq/agent:7.69.4@sha256:${"0a".repeat(32)}`,
  ])("the image %s", (image) => taken({ agent: { image } }));
  test.each([
    "registry.example/Agent",
    "agent:",
    "agent:-x",
    `agent:${"x".repeat(129)}`,
    "a//b",
    "a/",
    "a._b",
    "http://a/b",
    "agent@sha256:12",
    "agent;rm",
    "a".repeat(256),
  ])("but no image %s", (image) => {
    expect(refusal({ agent: { image } })).toMatch(
      /agent\.image: has (the wrong form: it must be an image|a name of more than)/,
    );
  });

  test.each(["/", "/srv/own checks", "/srv/ü", "/mnt/a,b"])("a mount of %s", (source) => {
    taken({ agent: { mounts: [{ source, target: "/srv/there" }] } });
  });
  test.each(["srv", "/srv/", "//", "/a\nb", ""])("but no mount of %j", (source) => {
    expect(refusal({ agent: { mounts: [{ source, target: "/t" }] } })).toMatch(
      /mounts\[0\]\.source: has the wrong form/,
    );
  });
});

describe("private keys", () => {
  let folder = "";
  const key = (name: string): string => path.join(folder, name);
  const generate = (name: string, passphrase: string, ...format: string[]): void => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", key(name), ...format]);
  };

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "private-keys-"));
    generate("open", "");
    generate("locked", "a passphrase");
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test("a key without a passphrase is read", () => {
    useStack({ stack: "shop-staging", config: { ...smallestConfig, privateKeyFile: key("open") } });
    expect(readSettings().hosts[0]?.privateKey?.file).toBe(key("open"));
  });

  test.each([0o644, 0o640, 0o604, 0o660])("a key that others can access is refused, as ssh does: mode %o", (mode) => {
    fs.copyFileSync(key("open"), key("exposed"));
    fs.chmodSync(key("exposed"), mode);
    const expected = `is accessible to others (mode 0${mode.toString(8)}), and ssh refuses such a key: chmod 600 ${key("exposed")}`;
    expect(refusal({ privateKeyFile: key("exposed") })).toContain(expected);
  });

  test("a key that only its owner can access is accepted, also if it is read-only", () => {
    fs.copyFileSync(key("open"), key("read-only"));
    fs.chmodSync(key("read-only"), 0o400);
    useStack({ stack: "shop-staging", config: { ...smallestConfig, privateKeyFile: key("read-only") } });
    expect(() => readSettings()).not.toThrow();
  });

  test("a path with an ssh variable in it is refused", () => {
    expect(refusal({ privateKeyFile: key("${HOME}") })).toMatch(
      /contains characters that ssh does not accept in a path; give the file/,
    );
  });

  test("a key with a passphrase is refused, and the ssh agent is suggested", () => {
    expect(refusal({ privateKeyFile: key("locked") })).toMatch(/needs a passphrase; load it into your ssh agent/);
  });

  test.each([
    ["without the newline at its end", (text: string) => text.trimEnd()],
    ["with Windows line ends", (text: string) => text.replaceAll("\n", "\r\n")],
    ["that was cut off", (text: string) => text.slice(0, 150)],
  ])("one %s is refused where ssh can't read it", (_, spoil) => {
    fs.writeFileSync(key("spoiled"), spoil(fs.readFileSync(key("open"), "utf8")), { mode: 0o600 });
    const readable = spawnSync("ssh-keygen", ["-y", "-P", "", "-f", key("spoiled")], { stdio: "ignore" }).status === 0;
    const settings = { ...smallestConfig, privateKeyFile: key("spoiled") };
    useStack({ stack: "shop-staging", config: settings });
    if (readable) expect(() => readSettings()).not.toThrow();
    else expect(() => readSettings()).toThrow(/spoiled is a private key that ssh can't read; .* newline/);
  });

  test("a key below ~ is refused if HOME is not the user's home, where ssh looks", () => {
    vi.stubEnv("HOME", folder);
    try {
      expect(refusal({ privateKeyFile: "~/open" })).toMatch(/another folder for ssh, .*; write the full path/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("a public key is refused", () => {
    expect(refusal({ privateKeyFile: key("open.pub") })).toMatch(/is not a private key; name the file without \.pub/);
    fs.writeFileSync(key("putty"), "PuTTY-User-Key-File-3: ssh-ed25519\n", { mode: 0o600 });
    expect(refusal({ privateKeyFile: key("putty") })).toMatch(
      /putty is a key in another format; convert it .*puttygen/,
    );
  });

  test("a folder is refused, and a pipe without being read", () => {
    expect(refusal({ privateKeyFile: folder })).toMatch(/is a folder; name the private key's file in it/);
    execFileSync("mkfifo", ["-m", "600", key("pipe")]);
    expect(refusal({ privateKeyFile: key("pipe") })).toMatch(/pipe is no regular file; name the file of a private key/);
  });
});
