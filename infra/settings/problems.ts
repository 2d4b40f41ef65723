import { RunError } from "@pulumi/pulumi";

/** One problem in the settings. */
export interface Problem {
  /** The key's path below `datadog-hosts:`, such as `hosts[0].hostKey`. */
  readonly path: string;
  /** What is wrong and what to write instead, as a phrase that follows the path. Never contains a secret. */
  readonly problem: string;
}

/** Invalid settings. Pulumi prints only the message, without a stack trace. */
export class SettingsError extends RunError {
  constructor(readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(
      [
        `The settings of this stack can't be used (${count}); nothing was touched.`,
        ...problems.map(({ path, problem }) => `  datadog-hosts:${path}: ${problem}`),
      ].join("\n"),
    );
  }
}

/** `["hosts", 0, "name"]` as `hosts[0].name`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`))
    .join("");
}
