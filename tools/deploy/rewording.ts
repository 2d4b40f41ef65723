/** Pulumi's own errors that leave open what to do, and what is said in their place. */
const rewordings: readonly {
  readonly error: RegExp;
  /** @param parts what the groups of the pattern have found. */
  readonly say: (stack: string, parts: readonly string[]) => string;
}[] = [
  {
    error: /^error: .*incorrect passphrase.*$/gm,
    say: (stack) =>
      `error: The passphrase does not open the secrets of stack ${stack}: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, to the one that they were encrypted with.`,
  },
  {
    // Of the keys that Pulumi.yaml gives a type; it comes before the program sees any.
    error: /^error: validating stack config: .* configuration key '([^']+)' must be of type '([^']+)'$/gm,
    say: (stack, [key = "", type = ""]) =>
      `error: datadog-hosts:${key}: is not of the type ${type}; docs/settings.md has an example. Correct it in stacks/Pulumi.${stack}.yaml; nothing was touched.`,
  },
];

/** What Pulumi says on stderr, with errors that leave open what to do in better words. */
export function reword(stack: string, text: string): string {
  return rewordings.reduce(
    (result, { error, say }) => result.replace(error, (_, ...parts: string[]) => say(stack, parts)),
    text,
  );
}
