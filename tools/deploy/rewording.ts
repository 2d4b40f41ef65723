import { shownLines } from "../shared/shown";

/** Pulumi's errors without advice, and the messages that replace them. */
const rewordings: readonly {
  readonly error: RegExp;
  readonly say: (stack: string, error: string) => string;
}[] = [
  {
    error: /^error: .*incorrect passphrase.*$/gm,
    say: (stack) =>
      `error: The passphrase does not decrypt the secrets of stack ${stack}: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, to the one that they were encrypted with.`,
  },
  {
    error:
      /^error: .*(cipher: message authentication failed|malformed state value|malformed ciphertext|illegal base64 data|bad value:).*$/gm,
    say: (stack, error) =>
      `${error}\nThe secrets in stacks/Pulumi.${stack}.yaml don't belong to its encryptionsalt: one of them was edited, or copied from another stack's file. Take the file from git (git checkout), or remove the secret and set it again (pulumi config set --secret), then run again.`,
  },
  {
    error:
      /^error: (unable to open (state|bucket)|read "\.pulumi\/|could not (list|open|read) bucket|missing google credentials|PULUMI_ACCESS_TOKEN must be set|problem logging in|.*\(code=(Unknown|NotFound|PermissionDenied|Unauthenticated)\)).*$/gm,
    say: (_, error) =>
      `${error}\nThe backend with the stack's state can't be used. Check PULUMI_BACKEND_URL, its credentials and the connection to it (docs/state.md), then run again.`,
  },
  {
    error: /^error: .*(failed to load checkpoint|newer than what this version of the Pulumi CLI understands).*$/gm,
    say: (stack, error) =>
      `${error}\nThe state of stack ${stack} is damaged, or a newer pulumi has written it: then use that one. To restore a damaged state, take an earlier one from the backend: ${stack}.json.bak beside it is the last one, .pulumi/backups has older ones. Then run again.`,
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
    (result, { error, say }) => result.replace(error, (found) => say(stack, found)),
    shownLines(text, options),
  );
}
