import { shownLines } from "../shared/shown";

/** Pulumi's own errors that leave open what to do, and what is said in their place. */
const rewordings: readonly {
  readonly error: RegExp;
  readonly say: (stack: string) => string;
}[] = [
  {
    error: /^error: .*incorrect passphrase.*$/gm,
    say: (stack) =>
      `error: The passphrase does not open the secrets of stack ${stack}: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, to the one that they were encrypted with.`,
  },
];

/**
 * What Pulumi says on stderr, with errors that leave open what to do in better words. It may hold a host's words, so it
 * comes out fit for being shown.
 * @param options whether Pulumi's colours stay. Default: no.
 */
export function reword(stack: string, text: string, options: { readonly colours?: boolean } = {}): string {
  return rewordings.reduce(
    (result, { error, say }) => result.replace(error, () => say(stack)),
    shownLines(text, options),
  );
}
