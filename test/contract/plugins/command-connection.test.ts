import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { failureOf } from "./support/outcome";
import { Plugin } from "./support/plugin";
import type { Properties } from "./support/plugin";
import { useHost, usePlugin } from "./support/use";

const COMMAND = "command:remote:Command";

/** A host key that no host of these tests has. */
const OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE449Pgm6ijyKoteY+osSdCmSWjQcUfXJ1aWEKa/j8g9";

const host = useHost("command-connection");
const plugin = usePlugin("command", () => ({}), { SSH_AUTH_SOCK: "" });

function server(more: Properties = {}): Properties {
  const { machine } = host.get();
  const privateKey = readFileSync(machine.privateKeyFile, "utf8");
  return {
    host: machine.address,
    user: machine.user,
    privateKey,
    hostKey: machine.hostKey,
    dialErrorLimit: 0,
    ...more,
  };
}

function without(properties: Properties, name: string): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
}

async function dial(connection: Properties): Promise<unknown> {
  return (await plugin.get().create(COMMAND, { connection, create: "echo connected" })).outputs["stdout"];
}

async function refusal(connection: Properties): Promise<string> {
  return (await failureOf(plugin.get().create(COMMAND, { connection, create: "true" }))).message;
}

function statusLines(): string[] {
  return plugin
    .get()
    .takeMessages()
    .filter((message) => message.passing)
    .map((message) => message.text);
}

describe("the host's key", () => {
  test("is verified when it is given", async () => {
    expect(await dial(server())).toBe("connected");
    expect(await refusal(server({ hostKey: OTHER_KEY }))).toBe(
      "after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
  });

  test("may be any key if none is given", async () => {
    expect(await dial(without(server(), "hostKey"))).toBe("connected");
  });

  test("of a kind that the host hasn't got is an error with both offers", async () => {
    const rsa = Buffer.concat(
      [Buffer.from("ssh-rsa"), Buffer.from([1, 0, 1]), Buffer.alloc(129, 1)].map((part) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(part.length);
        return Buffer.concat([length, part]);
      }),
    );
    expect(await refusal(server({ hostKey: `ssh-rsa ${rsa.toString("base64")}` }))).toBe(
      "after 0 failed attempts: ssh: handshake failed: ssh: no common algorithm for host key; we offered: [ssh-rsa], " +
        "peer offered: [ssh-ed25519]",
    );
  });

  test("that is not valid is refused before any attempt", async () => {
    expect(await refusal(server({ hostKey: "nonsense" }))).toBe("failed to parse host key: ssh: no key found");
  });
});

describe("a login", () => {
  test("with an invalid key is refused before any attempt", async () => {
    expect(await refusal(server({ privateKey: "nonsense" }))).toBe("ssh: no key found");
  });

  test("as a user who may not is an error", async () => {
    expect(await refusal(server({ user: "nobody" }))).toBe(
      "after 0 failed attempts: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], " +
        "no supported methods remain",
    );
  });

  test("without a key is an error", async () => {
    expect(await refusal(without(server(), "privateKey"))).toContain("attempted methods [none], no supported methods");
  });

  test("with an agent that isn't there is an error, key or no key", async () => {
    expect(await refusal(server({ agentSocketPath: "/nonexistent" }))).toBe(
      "dial unix /nonexistent: connect: no such file or directory",
    );
    const stale = await Plugin.start("command", { SSH_AUTH_SOCK: "/nonexistent/agent" });
    onTestFinished(() => stale.stop());
    await stale.configure();
    const error = await failureOf(stale.create(COMMAND, { connection: server(), create: "true" }));
    expect(error.message).toBe("dial unix /nonexistent/agent: connect: no such file or directory");
  });
});

describe("a host that can't be reached", () => {
  test("is tried once more than the limit, with a message for each failure", async () => {
    expect(await refusal({ host: "127.0.0.1", port: 1, dialErrorLimit: 2 })).toBe(
      "after 2 failed attempts: dial tcp 127.0.0.1:1: connect: connection refused",
    );
    expect(statusLines()).toEqual(["Dial 1/2 failed: retrying", "Dial 2/2 failed: retrying"]);
  });

  test("is tried ten more times in eleven seconds by default", async () => {
    const started = Date.now();
    expect(await refusal({ host: "127.0.0.1", port: 1 })).toContain("after 10 failed attempts");
    const seconds = (Date.now() - started) / 1000;
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(25);
  });

  test("by its name is an error that names it", async () => {
    expect(await refusal(server({ host: "no-such-host.invalid" }))).toMatch(
      /^after 0 failed attempts: dial tcp: lookup no-such-host\.invalid on \S+: no such host$/,
    );
  });

  test("in time is an error", async () => {
    // An address of the test hosts' network that nobody has.
    const address = host.get().machine.address.replace(/\d+$/, "254");
    expect(await refusal(server({ host: address, perDialTimeout: 1 }))).toBe(
      `after 0 failed attempts: dial tcp ${address}:22: i/o timeout`,
    );
  });

  test("because it hangs up is an error", async () => {
    const listener = createServer((socket) => socket.destroy());
    onTestFinished(() => void listener.close());
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    expect(await refusal(server({ host: "127.0.0.1", port }))).toMatch(
      /^after 0 failed attempts: ssh: handshake failed: (EOF|read tcp .*: connection reset by peer)$/,
    );
  });
});

describe("a proxy", () => {
  const through = (target: Properties, proxy: Properties): Properties => ({
    ...server({ host: "127.0.0.1", ...target }),
    proxy: server(proxy),
  });

  test("is gone through, both keys verified", async () => {
    expect(await dial(through({}, {}))).toBe("connected");
    expect(await refusal(through({}, { hostKey: OTHER_KEY }))).toBe(
      "proxy: after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
    expect(await refusal(through({ hostKey: OTHER_KEY }, {}))).toBe(
      "proxy: after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
  });

  test("hides what is wrong with the target when the target is tried again", async () => {
    expect(await refusal(through({ hostKey: OTHER_KEY, dialErrorLimit: 1 }, {}))).toBe(
      "proxy: after 1 failed attempts: ssh: handshake failed: EOF",
    );
  });

  test("that can't be reached, or can't reach the target, is an error", async () => {
    expect(await refusal(through({}, { host: "127.0.0.1", port: 1, dialErrorLimit: 1 }))).toBe(
      "proxy: after 1 failed attempts: dial tcp 127.0.0.1:1: connect: connection refused",
    );
    expect(statusLines()).toEqual(["Dial proxy 1/1 failed: retrying"]);
    expect(await refusal(through({ port: 1, dialErrorLimit: 1 }, {}))).toBe(
      "proxy: after 1 failed attempts: ssh: rejected: connect failed (Connection refused)",
    );
    expect(statusLines()).toEqual(["Dial from proxy 1/1 failed: retrying"]);
  });
});

describe("an interruption", () => {
  test("ends the attempts", async () => {
    const own = await Plugin.start("command", { SSH_AUTH_SOCK: "" });
    onTestFinished(() => own.stop());
    await own.configure();
    const connection = { host: "127.0.0.1", port: 1, dialErrorLimit: -1 };
    const failing = failureOf(own.create(COMMAND, { connection, create: "true" }));
    const lines: string[] = [];
    await waitFor("the second attempt", () => {
      lines.push(...own.takeMessages().map((message) => message.text));
      return Promise.resolve(lines.includes("Dial 2/inf failed: retrying"));
    });
    await own.cancel();
    expect((await failing).message).toBe("context canceled");
  });

  test("lets a command that runs come to its end", async () => {
    const own = await Plugin.start("command", { SSH_AUTH_SOCK: "" });
    onTestFinished(() => own.stop());
    await own.configure();
    const running = own.create(COMMAND, { connection: server(), create: "echo begun; sleep 2; echo done" });
    await waitFor("the command's first line", () =>
      Promise.resolve(own.takeMessages().some((message) => message.text === "begun")),
    );
    await own.cancel();
    expect((await running).outputs["stdout"]).toBe("begun\ndone");
  });
});

describe("the connection of a command", () => {
  test("is not shared, and stays open until the plugin ends", async () => {
    const own = await Plugin.start("command", { SSH_AUTH_SOCK: "" });
    onTestFinished(() => own.stop());
    await own.configure();
    const seen = (await host.get().machine.sshdLog()).length;
    const since = async (): Promise<string> => (await host.get().machine.sshdLog()).slice(seen);
    await own.create(COMMAND, { connection: server(), create: "true" });
    await own.create(COMMAND, { connection: server(), create: "true" });
    const ports = [...(await since()).matchAll(/Accepted publickey for \S+ from \S+ port (\d+)/g)].map(
      ([, port]) => port,
    );
    expect(ports).toHaveLength(2);
    const ended = async (): Promise<boolean[]> => {
      const log = await since();
      return ports.map((port) =>
        new RegExp(`(Disconnected from|Connection closed by) .*port ${port ?? ""}\\b`).test(log),
      );
    };
    expect(await ended()).toEqual([false, false]);
    await own.stop();
    await waitFor("the end of both", async () => (await ended()).every(Boolean));
  });
});
