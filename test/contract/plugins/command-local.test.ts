import { describe, expect, test } from "vitest";
import { failureOf } from "./support/outcome";
import { UNKNOWN } from "./support/plugin";
import { usePlugin } from "./support/use";

const COMMAND = "command:local:Command";

const plugin = usePlugin("command", () => ({}), { SSH_AUTH_SOCK: "" });

describe("a command on this machine", () => {
  test("gets its input, and its outputs are kept without the last newline of each", async () => {
    const { id, outputs } = await plugin.get().create(COMMAND, { create: "cat; echo two >&2", stdin: "one\n\n" });
    expect(id).not.toBe("");
    expect([outputs["stdout"], outputs["stderr"]]).toEqual(["one\n", "two"]);
  });

  test("runs nothing in a preview and leaves both outputs unknown", async () => {
    const { outputs } = await plugin.get().create(COMMAND, { create: "exit 1" }, { preview: true });
    expect([outputs["stdout"], outputs["stderr"]]).toEqual([UNKNOWN, UNKNOWN]);
  });

  test("fails with its status and all that it wrote", async () => {
    const { message } = await failureOf(plugin.get().create(COMMAND, { create: "echo one; echo two >&2; exit 3" }));
    // The vendor's reads the two outputs at the same time, so either may come first.
    expect(message).toMatch(/exit status 3: running "echo one; echo two >&2; exit 3":\n(one\ntwo|two\none)\n/);
  });

  test("runs again for another input, and its delete can fail", async () => {
    const made = await plugin.get().create(COMMAND, { create: "cat", stdin: "one", triggers: ["a"] });
    const again = { create: "cat", stdin: "two", triggers: ["a"] };
    const updated = await plugin.get().update(COMMAND, made, again);
    expect(updated.outputs["stdout"]).toBe("two");
    const removed = await plugin.get().create(COMMAND, { create: "cat", delete: "exit 4" });
    expect((await failureOf(plugin.get().delete(COMMAND, removed))).message).toContain("exit status 4");
  });
});
