import type { Prompts } from "./prompts";

/**
 * The variable by which Pulumi gets a new stack's passphrase, where a person has to choose one.
 * @returns undefined where Pulumi has it already, from PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE,
 *   or where nobody can be asked.
 */
export async function askPassphrase(
  prompts: Prompts | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly PULUMI_CONFIG_PASSPHRASE: string } | undefined> {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file = "" } = environment;
  if (given !== undefined || file !== "" || prompts === undefined) return undefined;
  const passphrase = await prompts.askSecretly("A new passphrase for the stack's secrets", (answer) =>
    answer.length < 8 ? "has fewer than 8 characters" : undefined,
  );
  await prompts.askSecretly("The same again", (answer) => (answer === passphrase ? undefined : "is another one"));
  return { PULUMI_CONFIG_PASSPHRASE: passphrase };
}
