import { defaults, siteRemarks } from "../../infra/settings";
import type { Proposal } from "./propose";
import type { PlannedHost, StackPlan } from "./stack-text";

/** Describes what was found on a host, one remark per line. */
export function describeHost({ name }: Pick<PlannedHost, "name">, { remarks }: Proposal): string {
  const lines = remarks.length === 0 ? ["no container that an integration monitors runs there yet"] : remarks;
  return lines.map((line) => `${name}: ${line}`).join("\n");
}

/** What the user has to do, or to look at, before the first `up`. */
export function obstaclesOf(
  { site = defaults.site, intake }: Pick<StackPlan, "site" | "intake">,
  surveyed: readonly { readonly host: Pick<PlannedHost, "name">; readonly proposal: Pick<Proposal, "obstacles"> }[],
): string[] {
  return [
    ...siteRemarks({ site, intake }),
    ...surveyed.flatMap(({ host, proposal }) => proposal.obstacles.map((one) => `${host.name}: ${one}`)),
  ];
}

/** The result of `make init`. */
export interface InitResult {
  readonly stack: string;
  /** Path of the stack's file. */
  readonly file: string;
  /** One line about the settings that come from the project's shared file; undefined if there are none. */
  readonly sharedSettings: string | undefined;
  /** Whether the user has just chosen the passphrase, so that it is not in the shell's environment yet. */
  readonly passphraseIsNew: boolean;
  /** What the user has to do before the first `up`. */
  readonly obstacles: readonly string[];
}

/** Describes what was written and the next steps. */
export function describeResult({ stack, file, sharedSettings, passphraseIsNew, obstacles }: InitResult): string {
  return [
    "",
    `${file} was written; the API key in it is encrypted.`,
    ...(sharedSettings === undefined ? [] : [sharedSettings]),
    ...(obstacles.length === 0 ? [] : ["", "First:", ...obstacles.map((text) => `  ${text}`)]),
    "",
    "Next:",
    ...(passphraseIsNew ? ["  export PULUMI_CONFIG_PASSPHRASE=…    # the passphrase that you chose"] : []),
    `  make preview STACK=${stack}`,
    `  make up STACK=${stack}`,
    `  make status STACK=${stack}`,
  ].join("\n");
}
