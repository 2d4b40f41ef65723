import { readFileSync } from "node:fs";

import { parse } from "yaml";

import { run } from "../shared/run";
import { describeRemovedLock, readLocks } from "./locks";
import { reword } from "./rewording";

/**
 * Removes a stack's lock, and prints whose it was, or that there was none. Pulumi itself reports a canceled run in both cases.
 * @param pulumi environment in which `pulumi` runs.
 * @returns the exit code.
 */
export async function unlock(stack: string, pulumi: NodeJS.ProcessEnv): Promise<number> {
  const command = (args: readonly string[]): ReturnType<typeof run> =>
    run("pulumi", [...args, "--non-interactive", "--stack", stack], { env: pulumi, check: false });
  const fail = (stderr: string, status: number): number => {
    process.stderr.write(reword(stack, stderr));
    return status;
  };
  // Renaming a stack to its own name takes the lock, and then fails: that is how a backend of files or a bucket tells who
  // holds it (pulumi: backend/diy/backend.go, renameStack). Pulumi Cloud knows no locks; it answers `cancel` by itself.
  const isCloud = /^https?:/.test(pulumi["PULUMI_BACKEND_URL"] ?? projectBackend());
  const probe = isCloud ? undefined : await command(["stack", "rename", stack]);
  const locks = probe === undefined ? [] : readLocks(probe.stderr);
  if (probe !== undefined && locks === undefined) {
    if (!/ already exists/.test(probe.stderr)) return fail(probe.stderr, probe.status);
    process.stdout.write(`Stack ${stack} has no lock. Nothing was removed.\n`);
    return 0;
  }
  const { status, stderr } = await command(["cancel", "--yes"]);
  if (status !== 0) return fail(stderr, status);
  process.stdout.write(`${describeRemovedLock(stack, locks ?? [])}\n`);
  return 0;
}

/** The backend that Pulumi.yaml names; empty if it names none. */
function projectBackend(): string {
  const { backend } = parse(readFileSync("Pulumi.yaml", "utf8")) as { readonly backend?: { readonly url?: string } };
  return backend?.url ?? "";
}
