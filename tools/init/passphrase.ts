import type { Prompts } from "./prompts";

/**
 * Asks for a new stack's passphrase, twice.
 * @returns the environment variable that passes it to Pulumi; undefined if PULUMI_CONFIG_PASSPHRASE or
 *   PULUMI_CONFIG_PASSPHRASE_FILE is set already, or if there is no terminal.
 */
export async function askPassphrase(
  prompts: Prompts | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly PULUMI_CONFIG_PASSPHRASE: string } | undefined> {
  const { PULUMI_CONFIG_PASSPHRASE: preset, PULUMI_CONFIG_PASSPHRASE_FILE: file = "" } = environment;
  if (preset !== undefined || file !== "" || prompts === undefined) return undefined;
  const passphrase = await prompts.askSecret("A new passphrase for the stack's secrets", (answer) =>
    answer.length < 8 ? "has fewer than 8 characters" : undefined,
  );
  await prompts.askSecret("The same again", (answer) => (answer === passphrase ? undefined : "is another one"));
  return { PULUMI_CONFIG_PASSPHRASE: passphrase };
}
