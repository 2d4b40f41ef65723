import { shownLines } from "../shared/shown";

/** Pulumi's errors without advice, and the messages that replace them. */
const rewordings: readonly {
  readonly error: RegExp;
  readonly say: (stack: string) => string;
}[] = [
  {
    error: /^error: .*incorrect passphrase.*$/gm,
    say: (stack) =>
      `error: The passphrase does not decrypt the secrets of stack ${stack}: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, to the one that they were encrypted with.`,
  },
  {
    error: /^error: no stack named '.*' found$/gm,
    say: (stack) =>
      `error: Stack ${stack} is not in this backend, so it was never deployed: run make up STACK=${stack}, or set PULUMI_BACKEND_URL to the backend that has it.`,
  },
];

/**
 * Pulumi's stderr with better messages for errors without advice. It may contain text from hosts, so it is masked.
 * @param options whether Pulumi's colours stay. Default: no.
 */
export function reword(stack: string, text: string, options: { readonly colours?: boolean } = {}): string {
  return rewordings.reduce(
    (result, { error, say }) => result.replace(error, () => say(stack)),
    shownLines(text, options),
  );
}
