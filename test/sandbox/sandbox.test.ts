import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { samples } from "../../sandbox/samples/samples";
import { ensureEngine } from "../../sandbox/host";
import { sandboxOwner, sandboxStack } from "../../tools/sandbox/names";
import { logToStderr } from "../../tools/shared/progress";
import { run, type RunResult } from "../../tools/shared/run";
import { machineTraces } from "./machine";

/** Long enough for a machine where everything is yet to be made. */
const timeoutMs = 850_000;

/** Other tests have temporary files, too. */
const temporary = mkdtempSync(join(tmpdir(), "sandbox-test-"));
const traces = (): ReturnType<typeof machineTraces> => machineTraces(sandboxOwner, sandboxStack, temporary);

const make = (target: string): Promise<RunResult> =>
  run("make", ["--no-print-directory", target], {
    title: `make ${target}`,
    timeoutMs,
    env: { ...process.env, TMPDIR: temporary },
  });

describe("make sandbox, and make sandbox-down", () => {
  let before: Awaited<ReturnType<typeof machineTraces>>;
  let sandbox: RunResult;

  afterAll(() => {
    rmSync(temporary, { recursive: true });
  });

  beforeAll(async () => {
    // What an earlier sandbox has left is not what is looked at here.
    await make("sandbox-down");
    await ensureEngine(logToStderr);
    before = await traces();
    sandbox = await make("sandbox");
  });

  test("it ends with the status: every sample with its tags, what was collected, and no error", () => {
    // Rows are wrapped at 80 columns.
    const text = sandbox.stdout.slice(sandbox.stdout.indexOf("sandbox-1: ")).replaceAll(/\n {6}/g, " ");
    expect(text).toMatch(/^sandbox-1: \d+ containers run; \d+ watched$/m);
    for (const { name, expected } of samples) {
      const tags = expected.tags({ project: "shop", environment: "staging" }).join(" ");
      const row = new RegExp(
        `^ok +${expected.check} +${name} +[1-9]\\d* samples, (1 run|[1-9]\\d* runs) \\S+ ${tags}( |$)`,
        "m",
      );
      expect(text).toMatch(row);
    }
    expect(text).not.toMatch(/^(FAIL|wait|--)/m);
  });

  test("plain pulumi works on its stack", async () => {
    const { stdout } = await run("tools/pulumi", ["stack", "ls"], {
      env: {
        ...process.env,
        TOOLCHAIN: "standin",
        PULUMI_CONFIG_PASSPHRASE_FILE: `.sandbox/stacks/${sandboxStack}/passphrase`,
      },
      timeoutMs,
    });
    expect(stdout).toContain(sandboxStack);
  });

  test("it says how to go on, and nothing of its secrets", () => {
    expect(sandbox.stdout).toContain(`make status STACK=${sandboxStack}`);
    expect(sandbox.stdout + sandbox.stderr).not.toMatch(/PRIVATE KEY|[^0-9a-f][0-9a-f]{32}[^0-9a-f]/);
  });

  test("sandbox-down leaves the machine as it was, but for labelled caches", async () => {
    const during = await traces();
    for (const kind of ["containers", "networks", "volumes", "files"]) expect(during[kind]).not.toEqual(before[kind]);
    const down = await make("sandbox-down");
    // It may have been the last that needed the engine.
    await ensureEngine(logToStderr);
    expect(await traces(), down.stderr).toEqual(before);
  });
});
