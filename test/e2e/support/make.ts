import { expect } from "vitest";

import { run, type RunResult } from "../../../tools/shared/run";
import type { SandboxDeployment } from "../../../tools/sandbox/deployment";

/** What a `make` target printed, on both outputs, and how it ended. */
export interface MakeResult extends RunResult {
  readonly output: string;
}

/**
 * Runs a `make` target as a person without a terminal would, whether it succeeds or not.
 * @param args target and variables, such as `["up", "STACK=shop-staging"]`.
 * @param environment what differs from the deployment's; undefined takes a variable away.
 */
export async function make(
  deployment: SandboxDeployment,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<MakeResult> {
  const env = { ...deployment.environment, ...environment };
  const result = await run("make", ["--no-print-directory", ...args], { check: false, env });
  return { ...result, output: result.stdout + result.stderr };
}

/** Expects a failure that is told once, in a person's words: no stack trace or warning of Node.js, and no secret. */
export function expectOneMessage(result: MakeResult, message: RegExp, secrets: readonly string[]): void {
  const { status, output } = result;
  expect(status, output).not.toBe(0);
  expect(output.match(new RegExp(message.source, "gm")) ?? [], output).toHaveLength(1);
  expect(output.split("\n").filter((line) => /^ +at .*[:(]/.test(line))).toEqual([]);
  expect(output, "Node.js warns").not.toMatch(/\(node:\d+\)/);
  for (const secret of secrets) expect(output).not.toContain(secret);
}
