import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { smallestConfig } from "../unit/infra/fixtures";
import { ProgramOfItsOwn, type ProgramPreview } from "./support/program-preview";

let program: ProgramOfItsOwn;
const { apiKey, ...settings } = smallestConfig;

/** A stack with these settings besides the least that it must have, its API key encrypted. */
async function stackWith(stack: string, more: Readonly<Record<string, unknown>>): Promise<string> {
  program.write(`Pulumi.${stack}`, { ...settings, ...more });
  await program.pulumi(["stack", "select", "--create", stack]);
  const { status, stderr } = await program.pulumi(["config", "set", "--secret", "--stack", stack, "apiKey"], apiKey);
  expect(status, stderr).toBe(0);
  return stack;
}

beforeAll(async () => {
  program = await ProgramOfItsOwn.create();
});
afterAll(() => {
  program.remove();
});

/** How the preflight of a host that is not taken over refuses other agents. */
const refusesOthers = /^nothing_in_the_way$/m;

/** The inputs of a planned resource. */
function inputsOf({ resources, output }: ProgramPreview, name: string): Readonly<Record<string, unknown>> {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no ${name} in:\n${output}`);
  return found.inputs;
}

describe("what the stacks of a project share", () => {
  beforeAll(() => {
    program.write("store", { site: "datadoghq.eu", user: "ops", port: 2222, adopt: true });
  });

  test("wins over the defaults", async () => {
    const preview = await program.preview(await stackWith("store-shared", {}));
    expect(inputsOf(preview, "web-1-agent")["envs"]).toContain("DD_SITE=datadoghq.eu");
    expect(inputsOf(preview, "web-1-docker")["host"]).toBe("ssh://ops@192.0.2.10:2222");
    expect(inputsOf(preview, "web-1-preflight")["stdin"]).not.toMatch(refusesOthers);
  });

  test("gives way to the stack, even if the stack sets the default", async () => {
    const stack = await stackWith("store-own", { site: "datadoghq.com", user: "core", adopt: false });
    // As a person sets it: this writes a text.
    expect((await program.pulumi(["config", "set", "--stack", stack, "port", "22"])).status).toBe(0);
    const preview = await program.preview(stack);
    expect(inputsOf(preview, "web-1-agent")["envs"]).toContain("DD_SITE=datadoghq.com");
    expect(inputsOf(preview, "web-1-docker")["host"]).toBe("ssh://core@192.0.2.10:22");
    expect(inputsOf(preview, "web-1-preflight")["stdin"]).toMatch(refusesOthers);
  });
});

describe("plain pulumi after an edit of the program", () => {
  /** Edits a source and undoes that after `work`. */
  async function edited(source: string, edit: (text: string) => string, work: () => Promise<void>): Promise<void> {
    const file = join(program.folder, source);
    const original = readFileSync(file, "utf8");
    try {
      writeFileSync(file, edit(original));
      await work();
    } finally {
      writeFileSync(file, original);
    }
  }

  test("previews what the edited program makes", async () => {
    const stack = await stackWith("edited-program", {});
    expect(inputsOf(await program.preview(stack), "web-1-agent")["restart"]).toBe("unless-stopped");
    const edit = (text: string): string => text.replace('restart: "unless-stopped"', 'restart: "always"');
    await edited("infra/container/container.ts", edit, async () => {
      expect(inputsOf(await program.preview(stack), "web-1-agent")["restart"]).toBe("always");
    });
  });

  test("says in one message where it can't be compiled", async () => {
    const stack = await stackWith("broken-program", {});
    await edited(
      "infra/index.ts",
      (text) => `${text}const broken = ;\n`,
      async () => {
        const { status, output } = await program.pulumi(["preview", "--stack", stack]).then((result) => ({
          ...result,
          output: result.stdout + result.stderr,
        }));
        expect(status).not.toBe(0);
        expect(output.match(/infra\/index\.ts:\d+: Unexpected ";"/g), output).toHaveLength(1);
        expect(output).not.toMatch(/^ +at .*[:(]/m);
      },
    );
  });
});
