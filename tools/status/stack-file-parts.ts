import type { HostSettings } from "../../infra/settings";
import type { Fix } from "./schema";

/** What the stack's file has for a host, as far as the lines depend on it that a report proposes for the file. */
export interface StackFileParts {
  /** The proposed settings that the host's own entry has, such as `networks`: there the stack's don't count. */
  readonly ownKeys: readonly string[];
  /** The password files that containers of the host may use. */
  readonly passwordFiles: HostSettings["passwordFiles"];
}

/** The settings that a report proposes, each with the part of it that counts. */
const proposed: Readonly<Record<string, readonly string[]>> = {
  agent: ["agent", "network"],
  integrations: ["integrations"],
  networks: ["networks"],
  passwordFiles: ["passwordFiles"],
};

/** What the stack's file has for a host. */
export function stackFileParts({ origin, passwordFiles }: HostSettings): StackFileParts {
  const isOwn = (path: readonly string[]): boolean => origin(...path).startsWith("hosts[");
  return { ownKeys: Object.keys(proposed).filter((key) => isOwn(proposed[key] ?? [])), passwordFiles };
}

/** The same line for the host's own entry, if that has the setting already. */
export function fixOfEntry(fix: Fix, parts: Pick<StackFileParts, "ownKeys"> | undefined): Fix {
  const [, key = "", value = ""] = /^datadog-hosts:(\w+): (.*)$/.exec(fix.line) ?? [];
  if (fix.place !== "stack" || parts?.ownKeys.includes(key) !== true) return fix;
  return { place: "entry", line: `${key}: ${value}` };
}
