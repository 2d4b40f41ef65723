import { accessSync, constants } from "node:fs";

import { UserError } from "../shared/errors";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "../toolchain";

/** The linter checks the types; a deploy would spend several seconds on checking them again. */
export const quickStart = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } as const;

/**
 * The environment in which `pulumi` runs: the caller's with the toolchain's.
 * @throws UserError where the secrets' passphrase is missing and nobody can be asked for it, or its file can't be read.
 */
export async function pulumiEnvironment(): Promise<NodeJS.ProcessEnv> {
  requirePassphrase(process.env, process.stdin.isTTY);
  const parts = ["pulumi", "language-host", "docker-plugin", "command-plugin"] as const;
  const toolchain = await resolveToolchain({ parts, log: logToStderr });
  return { ...process.env, ...quickStart, ...toolchain.environment };
}

/**
 * Looks whether Pulumi will have the passphrase of a stack's secrets: PULUMI_CONFIG_PASSPHRASE, which may be empty, wins
 * over PULUMI_CONFIG_PASSPHRASE_FILE.
 * @throws UserError where it won't.
 */
export function requirePassphrase(environment: NodeJS.ProcessEnv, canAsk: boolean): void {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file = "" } = environment;
  if (passphrase !== undefined) return;
  if (file === "") {
    if (canAsk) return;
    throw new UserError(
      "The passphrase of the stack's secrets is missing: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.",
    );
  }
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new UserError(
      `The file that PULUMI_CONFIG_PASSPHRASE_FILE names, ${file}, can't be read (${String((error as NodeJS.ErrnoException).code)}): name a file that holds the passphrase of the stack's secrets.`,
    );
  }
}
