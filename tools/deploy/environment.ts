import { UserError } from "../shared/errors";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "../toolchain";

/** The linter checks the types; a deploy would spend several seconds on checking them again. */
export const quickStart = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } as const;

/**
 * The environment in which `pulumi` runs: the caller's with the toolchain's.
 * @throws UserError where the secrets' passphrase is missing and nobody can be asked for it.
 */
export async function pulumiEnvironment(): Promise<NodeJS.ProcessEnv> {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (passphrase === undefined && file === undefined && !process.stdin.isTTY) {
    throw new UserError(
      "The passphrase of the stack's secrets is missing: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.",
    );
  }
  const parts = ["pulumi", "language-host", "docker-plugin", "command-plugin"] as const;
  const toolchain = await resolveToolchain({ parts, log: logToStderr });
  return { ...process.env, ...quickStart, ...toolchain.environment };
}
