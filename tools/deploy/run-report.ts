import { existsSync } from "node:fs";
import { hostname } from "node:os";

import type { FinishedRun, Invocation } from "./engine-run";
import { describeFailures, type HostFailure, readFailures, withGivenUp, withoutInterrupted } from "./failures";
import { describeKilled, describeLocks, readLocks } from "./locks";
import type { PulumiEnd } from "./pulumi";

/** The failures of a run's hosts, with the reason where one was given up. */
export function failuresOf({ end, log, givenUp }: FinishedRun): readonly HostFailure[] {
  const found = readFailures(log.events());
  return withGivenUp(end.interrupted ? withoutInterrupted(found) : found, givenUp);
}

/**
 * Prints at the end of a run, on stderr, what went wrong and what to do; nothing if all went well.
 * @param failures of the run's hosts.
 * @param further lines, printed between the failures and what would stop the next run.
 */
export function reportRun(
  { stack, operation }: Invocation,
  { end }: FinishedRun,
  failures: readonly HostFailure[],
  further: readonly string[] = [],
): void {
  const lines = [describeFailures(failures, stack), ...further, describeEnd(stack, operation, end)];
  const told = lines.filter((line) => line !== "");
  if (told.length > 0) process.stderr.write(`\n${told.join("\n")}\n`);
}

/** What a run leaves behind that would stop the next one. */
function describeEnd(
  stack: string,
  operation: Invocation["operation"],
  { signal, status, interrupted, stderr }: PulumiEnd,
): string {
  if (signal === "SIGKILL") return describeKilled(stack, signal);
  const locks = readLocks(stderr);
  if (locks !== undefined) return describeLocks(stack, locks, { machine: hostname(), isRunning, exists: existsSync });
  return interrupted && status !== 0 && operation !== "preview"
    ? `The run was interrupted. To finish it: make ${operation} STACK=${stack}`
    : "";
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
