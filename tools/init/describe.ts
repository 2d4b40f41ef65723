import type { Proposal } from "./propose";
import type { PlannedHost } from "./stack-text";

/** What was found on a host, line by line. */
export function describeHost({ name }: Pick<PlannedHost, "name">, { remarks }: Proposal): string {
  const lines = remarks.length === 0 ? ["nothing runs there yet that an integration is for"] : remarks;
  return lines.map((line) => `${name}: ${line}`).join("\n");
}

/** What there is to say once a stack is made. */
export interface End {
  readonly stack: string;
  /** The stack's file. */
  readonly file: string;
  /** The settings that the stack takes from the file that the project's stacks share, in one line; undefined if none. */
  readonly sharedSettings: string | undefined;
  /** Whether the passphrase of the stack's secrets is known to this run alone. */
  readonly passphraseIsNew: boolean;
  /** What has to be done before the first `up`. */
  readonly obstacles: readonly string[];
}

/** What was written, and what comes next. */
export function describeEnd({ stack, file, sharedSettings, passphraseIsNew, obstacles }: End): string {
  return [
    "",
    `${file} is written; the API key in it is encrypted.`,
    ...(sharedSettings === undefined ? [] : [sharedSettings]),
    ...(obstacles.length === 0 ? [] : ["", "First:", ...obstacles.map((text) => `  ${text}`)]),
    "",
    "Next:",
    ...(passphraseIsNew ? ["  export PULUMI_CONFIG_PASSPHRASE=…    # the passphrase that you chose"] : []),
    `  make preview STACK=${stack}`,
    `  make up STACK=${stack}`,
  ].join("\n");
}
