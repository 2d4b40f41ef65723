import { randomBytes } from "node:crypto";
import { relative } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { TestHost } from "../../sandbox/host";
import { make, type MakeResult } from "./support/make";
import { changeSettings } from "./support/stack-settings";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("errors-host", { "first-1": {}, "second-1": {}, "third-1": {}, "fourth-1": {} });

/** Seconds within which an unreachable host has to be told. */
const unreachableSeconds = 30;

const allHosts = () =>
  [stage.host("first-1"), stage.host("second-1"), stage.host("third-1"), stage.host("fourth-1")] as const;

/** A host key that no host has: the key's type and its 32 bytes, each with its length before it (RFC 8709, 4). */
const strangeKey = (): string =>
  `ssh-ed25519 ${Buffer.concat([Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20"), randomBytes(32)]).toString("base64")}`;

/** An entry of `hosts` for a test host that lets us in. */
const entry = (name: string, { address, hostKey, privateKeyFile }: TestHost) => ({
  name,
  address,
  hostKey,
  privateKeyFile: relative(process.cwd(), privateKeyFile),
});

/** What a deploy may leave on a host: the user's files, containers, and images. */
async function traces(host: TestHost): Promise<string> {
  const files = await host.run("find /home/core -printf '%p %T@\\n'");
  const objects = await host.run("docker ps --all --format '{{.Names}} {{.ID}}'; docker images --quiet", {
    check: false,
  });
  return files.stdout + objects.stdout;
}

/** A user who may use Docker and log in with our key, and whose shell does this first. */
async function addUser(host: TestHost, name: string, bashrc = ""): Promise<void> {
  const home = `/home/${name}`;
  await host.run(
    [
      `useradd --create-home --shell /bin/bash --password "*" --groups docker ${name}`,
      `cp -r /home/core/.ssh ${home}/.ssh`,
      `cat >${home}/.bashrc`,
      `chown -R ${name}: ${home}`,
    ].join(" && "),
    { input: `${bashrc}\n` },
  );
}

/** Starts an sshd more on a host, with a key of its own: it stands for another machine. Returns the key. */
async function addSshd(host: TestHost, port: number): Promise<string> {
  const [key, pid] = [`/run/sshd.${port}.key`, `/run/sshd.${port}.pid`];
  await host.run(
    `ssh-keygen -q -t ed25519 -N '' -f ${key} && /usr/sbin/sshd -o 'AllowUsers=*' -p ${port} -h ${key} -o PidFile=${pid}; until [ -s ${pid} ]; do sleep 0.1; done`,
  );
  return (await host.run(`cat ${key}.pub`)).stdout.split(" ").slice(0, 2).join(" ").trim();
}

/** A command that makes a socket which takes connections and never answers. */
const silentSocket = (path: string): string =>
  `perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Local => "${path}", Listen => 9) or die; chmod 0666, "${path}"; sleep 1000' >/dev/null 2>&1 & echo $! >${path}.pid; until [ -S ${path} ]; do sleep 0.1; done`;

/** The one line at the end that tells of a host. */
function told({ status, output, stderr }: MakeResult, host: string): string {
  expect(status, output).not.toBe(0);
  const lines = stderr.split("\n").filter((line) => line.startsWith(`Host ${host}`));
  expect(lines, stderr).toHaveLength(1);
  return lines[0] ?? "";
}

/** One `up` of a stack of its own with these hosts. */
async function upWith(environment: string, hosts: readonly object[]): Promise<MakeResult> {
  const deployment = stage.deployment(environment);
  await deployment.configure({ ...stageSettings(stage, [stage.host("first-1")], environment), networks: [] }, apiKey);
  changeSettings(deployment.stackFile, { hosts });
  return make(deployment, ["up", `STACK=${deployment.stack}`]);
}

function expectNoStackTrace({ output }: MakeResult): void {
  expect(output.split("\n").filter((line) => /^ +at .*[:(]/.test(line))).toEqual([]);
}

describe("hosts that don't let us in or can't serve", () => {
  let result: MakeResult;
  const before = new Map<string, string>();
  const repairs: (readonly [TestHost, string])[] = [];
  const spoiled = ["first-1", "second-1", "third-1", "fourth-1"];

  beforeAll(async () => {
    const [first, second, third, fourth] = allHosts();
    const spoil = async (host: TestHost, command: string, repair: string): Promise<void> => {
      await host.run(command);
      repairs.push([host, repair]);
    };
    await spoil(
      first,
      "iptables --append INPUT --protocol tcp --dport 2200 --jump DROP",
      "iptables --delete INPUT --protocol tcp --dport 2200 --jump DROP",
    );
    await spoil(second, "gpasswd --delete core docker", "gpasswd --add core docker");
    await spoil(third, "mv /usr/bin/docker /usr/bin/docker.away", "mv /usr/bin/docker.away /usr/bin/docker");
    const { generator } = stage.toolchain.images;
    await spoil(
      fourth,
      `docker run --detach --name dd-agent --entrypoint sleep ${generator} 1000`,
      "docker rm --force dd-agent",
    );
    for (const name of spoiled) before.set(name, await traces(stage.host(name)));
    await addUser(second, "loud", "echo Welcome, $USER");
    await addUser(second, "leaving", "exit 0");
    await addUser(second, "stuck", "export DOCKER_HOST=unix:///tmp/stuck.sock");
    await addUser(second, "jailed");
    // The connection of the command provider is lost in the middle of its script.
    await addUser(second, "cut", '[ "$BASH_EXECUTION_STRING" != "sh -s" ] || kill -KILL $PPID');
    await second.run("mkdir /home/full && mount -t tmpfs -o size=64k,mode=755 tmpfs /home/full");
    await addUser(second, "full");
    repairs.push([second, "umount --lazy /home/full"]);
    await second.run("usermod --shell /usr/sbin/nologin jailed");
    await second.run(silentSocket("/tmp/stuck.sock"));
    const ports = {
      loud: 2301,
      jailed: 2302,
      stuck: 2303,
      unknown: 2304,
      frozen: 2305,
      cut: 2306,
      full: 2307,
      leaving: 2308,
    };
    const keys: Record<string, string> = {};
    for (const [name, port] of Object.entries(ports)) keys[name] = await addSshd(second, port);
    // It goes on to take connections, as the system does that for it, and says nothing.
    await second.run(`kill -STOP $(cat /run/sshd.${ports.frozen}.pid)`);
    repairs.push([second, "kill -KILL $(cat /run/sshd.23*.pid /tmp/stuck.sock.pid)"]);
    const further = (name: keyof typeof ports, user = "core") => ({
      ...entry(name, second),
      port: ports[name],
      hostKey: keys[name],
      user,
    });
    const { address } = first;
    const nobody = address.replace(/\d+$/, "250");
    result = await upWith("first", [
      { name: "gone", address: nobody, hostKey: strangeKey() },
      { name: "silent", address, port: 2200, hostKey: strangeKey() },
      { name: "refusing", address, port: 2201, hostKey: strangeKey() },
      { name: "strange", address, hostKey: strangeKey() },
      entry("rightless", second),
      further("loud", "loud"),
      further("jailed", "jailed"),
      further("leaving", "leaving"),
      further("stuck", "stuck"),
      further("unknown", "nobody"),
      further("frozen"),
      further("cut", "cut"),
      further("full", "full"),
      entry("clientless", third),
      entry("occupied", fourth),
    ]);
  });
  afterAll(async () => {
    for (const [host, command] of repairs) await host.run(command);
  });

  test.each([
    ["gone", /^Host gone: the host does not answer \(.*10\.\d+\.\d+\.250:22.*\)\. Check that .* address and port/],
    ["silent", /^Host silent: the host does not answer \(.*:2200.*\)\. Check that .* address and port/],
    ["refusing", /^Host refusing: nothing listens at .* \(.*:2201.*\)\. Check that .* sshd listens/],
    [
      "strange",
      /^Host strange: the host's key differs from the one in the stack file \(.*Host key verification failed\.\)\. .*`ssh-keyscan/,
    ],
    [
      "unknown",
      /^Host unknown: the host accepts none of your keys for this user \(.*Permission denied.*\)\. .*authorized_keys/,
    ],
    ["loud", /^Host loud \(\S+\): the output of the login shell of user loud \("Welcome, loud"\) .* ~\/\.bashrc/],
    [
      "jailed",
      /^Host jailed \(\S+\): the output of the login shell of user jailed \(.*\) comes in place of .* nologin/,
    ],
    [
      "leaving",
      /^Host leaving \(\S+\): the login shell of user leaving ended \(status 0\) without running ssh's command\. .*exit/,
    ],
    ["stuck", /^Host stuck \(\S+\): the Docker engine has not answered within 30 s\. .*systemctl restart docker/],
    ["frozen", /^Host frozen: the host accepts connections, but its sshd does not answer \(.*:2305.*\)\. Check/],
    ["cut", /^Host cut: the connection to the host was lost \(.*\)\. .* run again: that continues the run\./],
    ["full", /^Host full \(\S+\): the disk with the folder \/home\/full\/datadog .* is full\. Free space there/],
    ["rightless", /^Host rightless \(\S+\): user core may not use Docker\. Add the user to the docker group/],
    ["clientless", /^Host clientless \(\S+\): there is no docker command\. Install Docker/],
    [
      "occupied",
      /^Host occupied \(\S+\): in the way: dd-agent \(.*, running\)\. This stack did not create .* adopt: true/,
    ],
  ])("%s: one line says what is wrong, where, and what to do", (host, message) => {
    expect(told(result, host)).toMatch(message);
  });

  test("an unreachable host is reported within 30 s", () => {
    for (const host of ["gone", "silent"]) {
      const seconds = new RegExp(`${host}-preflight creating \\((\\d+)s\\) error`).exec(result.stdout)?.[1];
      expect(Number(seconds), host).toBeLessThanOrEqual(unreachableSeconds);
    }
  });

  test("no stack trace", () => {
    expectNoStackTrace(result);
  });

  test.each(spoiled)("nothing is changed on %s", async (name) => {
    expect(await traces(stage.host(name))).toBe(before.get(name));
  });
});

describe("hosts whose engine, network or image is missing, beside one that is well", () => {
  let result: MakeResult;
  const before = new Map<string, string>();
  const spoiled = ["first-1", "second-1", "third-1"];

  beforeAll(async () => {
    const [first, second, third, fourth] = allHosts();
    await first.run("kill $(cat /var/run/docker.pid); while pidof dockerd >/dev/null; do sleep 0.1; done");
    for (const name of spoiled) before.set(name, await traces(stage.host(name)));
    const { agent } = stage.toolchain.images;
    result = await upWith("second", [
      entry("stopped", first),
      { ...entry("networkless", second), networks: ["nowhere"] },
      // Nothing listens at that port, so it fails at once.
      { ...entry("imageless", third), agent: { image: "127.0.0.1:1/agent:7" } },
      { ...entry("well", fourth), agent: { image: agent } },
    ]);
  });

  test.each([
    ["stopped", /^Host stopped \(\S+\): the Docker engine does not answer \(Cannot connect .*\)\. Start it/],
    ["networkless", /^Host networkless \(\S+\): there is no Docker network nowhere\. Create it/],
    ["imageless", /^Host imageless \(\S+\): the image 127\.0\.0\.1:1\/agent:7 is not available \(.*\)\. Check that/],
  ])("%s: one line says what is wrong, where, and what to do", (host, message) => {
    expect(told(result, host)).toMatch(message);
  });

  test("no stack trace", () => {
    expectNoStackTrace(result);
  });

  test.each(spoiled)("nothing is changed on %s", async (name) => {
    expect(await traces(stage.host(name))).toBe(before.get(name));
  });

  test("the host that is well has its agent all the same", async () => {
    expect((await stage.host("fourth-1").run("docker ps --format '{{.Names}}' | sort")).stdout).toBe(
      "datadog-gen\ndd-agent\n",
    );
  });
});

describe("hosts that freeze while something is done on them, beside one that is well", () => {
  let result: MakeResult;
  let seconds = 0;
  const second = () => stage.host("second-1");
  const third = () => stage.host("third-1");

  /** Puts a script before a host's docker command, which goes on to what it was called for where the script does not end. */
  const before = async (host: TestHost, script: string): Promise<void> => {
    await host.run("mv /usr/bin/docker /usr/bin/docker.itself && cat >/usr/bin/docker && chmod 0755 /usr/bin/docker", {
      input: `#!/bin/sh\n${script}\nexec docker.itself "$@"\n`,
    });
  };
  const reached = "until [ -e /tmp/reached ]; do sleep 0.1; done";
  const hosts = () => [
    entry("frozen-sshd", second()),
    entry("frozen-engine", third()),
    // Something is to do on it, too.
    { ...entry("well", stage.host("fourth-1")), logs: { maxFiles: 2 } },
  ];

  beforeAll(async () => {
    // In the middle of a script of the command provider.
    await before(second(), '[ "$1" != version ] || { touch /tmp/reached; sleep 600; }');
    // With the preflight's last question, so that what comes after it meets the engine.
    await before(
      third(),
      '[ "$1 $2" != "image inspect" ] || { touch /tmp/reached; until [ -e /tmp/frozen ]; do sleep 0.1; done; exit 0; }',
    );
    const began = Date.now();
    const up = upWith("second", hosts());
    await Promise.all([
      second().run(`${reached}; kill -STOP $(pidof sshd)`),
      third().run(`${reached}; kill -STOP $(pidof dockerd); touch /tmp/frozen`),
    ]);
    result = await up;
    seconds = (Date.now() - began) / 1000;
  });

  test.each([
    ["frozen-sshd", /^Host frozen-sshd: the host no longer answers \(.*\)\. frozen-sshd-preflight was given up after/],
    [
      "frozen-engine",
      /^Host frozen-engine: the host no longer answers \(.*the Docker engine does not answer\)\. \S+ was given up/,
    ],
  ])("%s: one line says that it was given up, and what to do", (host, message) => {
    expect(told(result, host)).toMatch(message);
  });

  test("the run ends by itself in two minutes, without a stack trace", () => {
    expect(seconds).toBeLessThan(120);
    expectNoStackTrace(result);
  });

  test("the host that is well is finished", async () => {
    const { stdout } = await stage.host("fourth-1").run("docker inspect --format '{{.HostConfig.LogConfig}}' dd-agent");
    expect(stdout).toContain("max-file:2");
  });

  test("once the others answer again, the next run does the rest", async () => {
    await second().run("mv /usr/bin/docker.itself /usr/bin/docker; kill -CONT $(pidof sshd)");
    await third().run("mv /usr/bin/docker.itself /usr/bin/docker; kill -CONT $(pidof dockerd)");
    const again = await upWith("second", hosts());
    expect(again.status, again.output).toBe(0);
    for (const host of [second(), third()]) {
      expect((await host.run("docker ps --format '{{.Names}}' | sort")).stdout).toBe("datadog-gen\ndd-agent\n");
    }
  });

  test("a check for drift reports an engine that is frozen, and checks the others", async () => {
    await third().run("kill -STOP $(pidof dockerd)");
    const began = Date.now();
    const deployment = stage.deployment("second");
    const { status, output } = await make(deployment, ["drift", `STACK=${deployment.stack}`], { CI: undefined });
    const took = (Date.now() - began) / 1000;
    await third().run("kill -CONT $(pidof dockerd)");
    expect(status).not.toBe(0);
    expect(output).toMatch(
      /^Host frozen-engine: could not be inspected: the Docker engine did not answer\s+within 18 s\./m,
    );
    expect(output).not.toMatch(/^Host (frozen-sshd|well): could not/m);
    expect(output).not.toContain("changes were expected");
    expect(took).toBeLessThan(90);
  });
});
