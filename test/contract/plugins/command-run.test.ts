import { describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { failureOf } from "./support/outcome";
import { UNKNOWN, secret } from "./support/plugin";
import type { Properties } from "./support/plugin";
import { useHost, usePlugin } from "./support/use";

const COMMAND = "command:remote:Command";

const host = useHost("command-run");
const plugin = usePlugin("command", () => ({}), { SSH_AUTH_SOCK: "" });

function connection(more: Properties = {}): Properties {
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

function inputs(more: Properties): Properties {
  return { connection: connection(), ...more };
}

/** A connection that leads nowhere: what uses it fails. */
const nowhere = { host: "127.0.0.1", port: 1, dialErrorLimit: 0 };

describe("inputs", () => {
  test("get defaults, and the connection and its key are secret", async () => {
    const checked = await plugin
      .get()
      .check(COMMAND, { connection: { host: "x", privateKey: "k", proxy: { host: "y" } } });
    expect(checked.inputs["connection"]).toEqual(
      secret({
        ...{ host: "x", port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15, privateKey: secret("k") },
        proxy: { host: "y", port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 },
      }),
    );
  });

  test("without a connection, or with an unknown property, are refused", async () => {
    expect((await plugin.get().check(COMMAND, { create: "true" })).failures).toHaveLength(1);
    const { failures } = await plugin.get().check(COMMAND, inputs({ nonsense: "1" }));
    expect(JSON.stringify(failures)).toContain("nonsense");
  });
});

describe("a creation", () => {
  test("runs the command and keeps what it wrote, without the last newline of each output", async () => {
    const { id, outputs } = await plugin.get().create(COMMAND, inputs({ create: "echo one; echo; echo two >&2" }));
    expect(id).toMatch(/^resource[0-9a-f]{8}$/);
    expect([outputs["stdout"], outputs["stderr"]]).toEqual(["one\n", "two"]);
  });

  test("in a preview runs nothing and leaves both outputs unknown", async () => {
    const command = inputs({ create: "touch /tmp/ran", connection: connection(nowhere) });
    const { outputs } = await plugin.get().create(COMMAND, command, { preview: true });
    expect([outputs["stdout"], outputs["stderr"], outputs["create"]]).toEqual([UNKNOWN, UNKNOWN, "touch /tmp/ran"]);
  });

  test("without a command connects to nothing", async () => {
    const { outputs } = await plugin.get().create(COMMAND, { connection: connection(nowhere), delete: "true" });
    expect([outputs["stdout"], outputs["stderr"]]).toEqual(["", ""]);
  });

  test("gives the command its input, or none", async () => {
    const given = await plugin.get().create(COMMAND, inputs({ create: "cat", stdin: "line\nlast" }));
    expect(given.outputs["stdout"]).toBe("line\nlast");
    const none = await plugin.get().create(COMMAND, inputs({ create: "cat; echo end" }));
    expect(none.outputs["stdout"]).toBe("end");
  });

  test("fails when the command ends before it has read a long input", async () => {
    const long = "a".repeat(3 * 1024 * 1024);
    const error = await failureOf(plugin.get().create(COMMAND, inputs({ create: "echo x", stdin: long })));
    expect(error.message).toBe('EOF: running "echo x":\nx\n');
  });

  test("that fails reports status, command and both outputs in order, but not the input", async () => {
    const create = 'echo out; sleep 0.2; echo "é\t" >&2; exit 3';
    const error = await failureOf(plugin.get().create(COMMAND, inputs({ create, stdin: "hidden" })));
    expect(error.message).toBe(
      'Process exited with status 3: running "echo out; sleep 0.2; echo \\"é\\t\\" >&2; exit 3":\nout\né\t\n',
    );
    expect(error.resource).toBeUndefined();
  });

  test.each([
    ["a signal", "kill -9 $$", "Process exited with status 137 from signal KILL"],
    ["the end of the connection", "kill -9 $PPID", "wait: remote command exited without exit status or exit signal"],
    ["a program that isn't there", "no-such-program", "Process exited with status 127"],
  ])("that ends by %s says so", async (_what, create, reason) => {
    const error = await failureOf(plugin.get().create(COMMAND, inputs({ create })));
    expect(error.message.startsWith(`${reason}: running "${create}":\n`)).toBe(true);
  });
});

describe("what a command writes", () => {
  test.each([
    ["both", undefined, ["one", "two"]],
    ["stdoutAndStderr", "stdoutAndStderr", ["one", "two"]],
    ["stdout", "stdout", ["one"]],
    ["stderr", "stderr", ["two"]],
    ["none", "none", []],
  ])("is shown while it runs, as logging says: %s", async (_what, logging, lines) => {
    const create = "echo one; sleep 0.2; echo two >&2";
    await plugin.get().create(COMMAND, inputs({ create, ...(logging === undefined ? {} : { logging }) }));
    const messages = plugin
      .get()
      .takeMessages()
      .filter((message) => message.severity !== "debug");
    expect(messages).toEqual(lines.map((text) => ({ severity: "info", text, passing: true })));
  });

  test("stays in the clear, even when it echoes a secret input", async () => {
    const { outputs } = await plugin.get().create(COMMAND, inputs({ create: "cat", stdin: secret("hidden") }));
    expect(outputs["stdin"]).toEqual(secret("hidden"));
    expect(outputs["stdout"]).toBe("hidden");
    expect(
      plugin
        .get()
        .takeMessages()
        .map((message) => message.text),
    ).toContain("hidden");
  });
});

describe("the environment", () => {
  test("that the host does not accept is an error", async () => {
    const error = await failureOf(plugin.get().create(COMMAND, inputs({ create: "true", environment: { A: "1" } })));
    expect(error.message).toBe('could not set environment variable "A": ssh: setenv failed');
    const [message] = plugin
      .get()
      .takeMessages()
      .filter((item) => item.severity === "error");
    expect(message?.text).toContain("Unable to set 'A'. This only works if your SSH server is configured to accept");
  });

  test("that the host accepts reaches the command", async () => {
    await host.get().machine.run("echo AcceptEnv GREETING >>/etc/ssh/sshd_config; kill -HUP $(cat /run/sshd.pid)");
    const command = inputs({ create: 'echo "$GREETING"', environment: { GREETING: "hello" } });
    await expect
      .poll(
        async () => {
          try {
            return (await plugin.get().create(COMMAND, command)).outputs["stdout"];
          } catch {
            // sshd has not read its settings yet.
            return undefined;
          }
        },
        { timeout: 10_000 },
      )
      .toBe("hello");
  });
});

describe("an edit", () => {
  const diff = async (before: Properties, after: Properties): Promise<unknown> => {
    const created = await plugin.get().create(COMMAND, inputs(before), { preview: true });
    const { changed, paths, replaces, deleteBeforeReplace } = await plugin.get().diff(COMMAND, created, inputs(after));
    expect(deleteBeforeReplace).toBe(false);
    return { changed, paths, replaces };
  };

  test("of nothing is no change", async () => {
    expect(await diff({ create: "a", triggers: ["x"] }, { create: "a", triggers: ["x"] })).toEqual({
      changed: false,
      paths: {},
      replaces: [],
    });
  });

  test.each<[string, Properties, Properties, Readonly<Record<string, string>>]>([
    ["create", { create: "a" }, { create: "b" }, { create: "UPDATE" }],
    ["delete", { create: "a" }, { create: "a", delete: "b" }, { delete: "ADD" }],
    [
      "environment",
      { environment: { A: "1" } },
      { environment: { A: "2", B: "" } },
      { "environment.A": "UPDATE", "environment.B": "ADD" },
    ],
    ["stdin", { create: "a", stdin: "1" }, { create: "a" }, { stdin: "DELETE" }],
    // That an edited trigger replaces is the SDK's doing, with replaceOnChanges.
    ["a trigger", { triggers: ["a", { b: 1 }] }, { triggers: ["a", { b: 2 }] }, { "triggers[1].b": "UPDATE" }],
    ["one more trigger", { triggers: ["a"] }, { triggers: ["a", "b"] }, { "triggers[1]": "ADD" }],
  ])("of %s is an update", async (_what, before, after, paths) => {
    expect(await diff(before, after)).toEqual({ changed: true, paths, replaces: [] });
  });

  test("of the connection is reported as an update", async () => {
    const created = await plugin.get().create(COMMAND, inputs({ create: "a" }), { preview: true });
    const after = await plugin.get().diff(COMMAND, created, { create: "a", connection: connection({ port: 2222 }) });
    expect(after.paths).toEqual({ connection: "UPDATE" });
    expect(after.replaces).toEqual([]);
  });

  test("that brings or takes all triggers is a replacement", async () => {
    const paths = { triggers: "ADD_REPLACE" };
    expect(await diff({}, { triggers: ["a"] })).toEqual({ changed: true, paths, replaces: ["triggers"] });
  });
});

describe("an update", () => {
  test("runs update, else create, else nothing", async () => {
    const created = await plugin.get().create(COMMAND, inputs({ create: "echo created" }));
    const updated = async (more: Properties): Promise<unknown> =>
      (await plugin.get().update(COMMAND, created, inputs(more))).outputs["stdout"];
    expect(await updated({ create: "echo created", update: "echo updated" })).toBe("updated");
    expect(await updated({ create: "echo again" })).toBe("again");
    expect(await updated({ connection: connection(nowhere), delete: "true" })).toBe("created");
  });

  test("in a preview leaves the outputs unknown only if an existing input changes", async () => {
    const created = await plugin.get().create(COMMAND, inputs({ create: "echo created" }));
    const outputs = async (more: Properties): Promise<unknown> =>
      (await plugin.get().update(COMMAND, created, inputs(more), { preview: true })).outputs["stdout"];
    expect(await outputs({ create: "echo other" })).toBe(UNKNOWN);
    expect(await outputs({ create: "echo created", delete: "true" })).toBe("created");
  });

  test("warns when the host does not accept the outputs of the run before, unless that is turned off", async () => {
    const created = await plugin.get().create(COMMAND, inputs({ create: "echo created" }));
    const warnings = (): string[] =>
      plugin
        .get()
        .takeMessages()
        .filter((message) => message.severity === "warning" && !message.passing)
        .map((message) => message.text);
    await plugin.get().update(COMMAND, created, inputs({ create: "true" }));
    expect(warnings()).toEqual([expect.stringContaining("Unable to set 'PULUMI_COMMAND_STDOUT'.")]);
    await plugin.get().update(COMMAND, created, inputs({ create: "true", addPreviousOutputInEnv: false }));
    expect(warnings()).toEqual([]);
  });
});

describe("a read", () => {
  test("believes the state and connects to nothing", async () => {
    const created = await plugin.get().create(COMMAND, inputs({ create: "echo created" }));
    const before = await host.get().logins();
    const read = await plugin.get().read(COMMAND, created);
    expect(read?.outputs).toEqual(created.outputs);
    expect(await host.get().logins()).toBe(before);
  });
});

describe("a deletion", () => {
  test("runs delete over the connection that the state has", async () => {
    const created = await plugin.get().create(COMMAND, inputs({ create: "true", delete: "touch /tmp/deleted" }));
    await plugin.get().delete(COMMAND, created);
    await host.get().machine.run("rm /tmp/deleted");
  });

  test("without a command connects to nothing", async () => {
    const created = await plugin.get().create(COMMAND, { connection: connection(nowhere) });
    await plugin.get().delete(COMMAND, created);
  });

  test("that fails is an error", async () => {
    const created = await plugin.get().create(COMMAND, inputs({ delete: "exit 5" }));
    const error = await failureOf(plugin.get().delete(COMMAND, created));
    expect(error.message).toBe('Process exited with status 5: running "exit 5":\n');
  });
});
