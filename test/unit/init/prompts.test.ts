import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import { waitFor } from "../../../tools/shared/wait";
import { askPassphrase } from "../../../tools/init/passphrase";
import { Prompts } from "../../../tools/init/prompts";

/** Somebody at a terminal, and all that they saw. */
function person() {
  const input = new PassThrough();
  const output = new PassThrough();
  let seen = "";
  output.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
  });
  /** Types a line once a question was asked so often. */
  const type = async (line: string, question: string, times = 1): Promise<void> => {
    await waitFor(question, () => Promise.resolve(seen.split(question).length > times), { intervalMs: 1 });
    input.write(`${line}\r`);
  };
  return { prompts: new Prompts(input, output), input, type, seen: () => seen };
}

const any = (): undefined => undefined;

describe("questions on a terminal", () => {
  test("an empty answer means the default", async () => {
    const { prompts, type, seen } = person();
    const answer = prompts.ask("Site", any, "datadoghq.com");
    await type("", "Site");
    expect(await answer).toBe("datadoghq.com");
    expect(seen()).toContain("Site [datadoghq.com]: ");
    prompts.close();
  });

  test("an invalid answer is asked for again, with the reason", async () => {
    const { prompts, type, seen } = person();
    const answer = prompts.ask("Project", (text) => (text === "shop" ? undefined : "is none"));
    await type("nope", "Project: ");
    await type("shop", "Project: ", 2);
    expect(await answer).toBe("shop");
    expect(seen()).toContain("nope is none.");
    prompts.close();
  });

  test("a reason that is a sentence has one full stop", async () => {
    const { prompts, type, seen } = person();
    const answer = prompts.ask("Host", (text) => (text === "web" ? undefined : "can't be used: write it."));
    await type("nope", "Host: ");
    await type("web", "Host: ", 2);
    await answer;
    expect(seen()).toContain("write it.\n");
    prompts.close();
  });

  test("a secret is not shown, neither while it is typed nor by the arrow for the last answer", async () => {
    const { prompts, type, seen } = person();
    const answer = prompts.askSecret("Key", (text) => (text === "right-secret" ? undefined : "is none"));
    await type("wrong-secret", "Key (not shown): ");
    await type("right-secret", "Key (not shown): ", 2);
    expect(await answer).toBe("right-secret");
    const next = prompts.ask("Name", any);
    await type("\u001b[A", "Name: ");
    expect(await next).toBe("");
    expect(seen()).not.toContain("secret");
    prompts.close();
  });

  test.each([
    ["y", true],
    ["yes", true],
    ["", false],
    ["n", false],
    ["No", false],
    ["256 SHA256:Q0go/ktf6Ky7TFKpnhJX6SVrMkpsjXcq34zChAQ792A root@web (ED25519)", true],
    ["SHA256:AAAA/ktf6Ky7TFKpnhJX6SVrMkpsjXcq34zChAQ792A", false],
  ])("%o is a yes: %o", async (line, expected) => {
    const { prompts, type } = person();
    const answer = prompts.confirm("Same?", "SHA256:Q0go/ktf6Ky7TFKpnhJX6SVrMkpsjXcq34zChAQ792A");
    await type(line, "Same?");
    expect(await answer).toBe(expected);
    prompts.close();
  });

  test("what is neither yes nor no is asked for again", async () => {
    const { prompts, type, seen } = person();
    const answer = prompts.confirm("Same?", "SHA256:AAAA");
    await type("sure", "Same?");
    await type("yes", "Same?", 2);
    expect(await answer).toBe(true);
    expect(seen()).toContain("  Answer yes or no, or paste the fingerprint");
    prompts.close();
  });

  test("a passphrase that is repeated wrongly is chosen again, as either may be mistyped", async () => {
    const { prompts, type, seen } = person();
    const answer = askPassphrase(prompts, {});
    await type("mistyped-one", "A new passphrase");
    await type("right-one", "The same again");
    await type("right-one", "A new passphrase", 2);
    await type("right-one", "The same again", 2);
    expect(await answer).toEqual({ PULUMI_CONFIG_PASSPHRASE: "right-one" });
    expect(seen()).toContain("The two differ.");
    expect(seen()).not.toContain("-one");
    prompts.close();
  });

  test("the end of the input is reported", async () => {
    const { prompts, input, seen } = person();
    const answer = prompts.ask("Project", any);
    input.end();
    await expect(answer).rejects.toThrow(/input has ended. Nothing was written/);
    // What is printed next does not stand behind the question.
    expect(seen()).toMatch(/Project: .*\n$/);
  });
});
