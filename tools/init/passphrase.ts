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
  for (;;) {
    const passphrase = await prompts.askSecret("A new passphrase for the stack's secrets", (answer) =>
      answer.length < 8 ? "has fewer than 8 characters" : undefined,
    );
    const again = await prompts.askSecret("The same again", () => undefined);
    if (again === passphrase) return { PULUMI_CONFIG_PASSPHRASE: passphrase };
    // Either of the two may be the mistyped one.
    prompts.tell("The two differ. Choose one again.");
  }
}
