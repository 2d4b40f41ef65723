import { networkFixes } from "./networks";
import type { Container } from "../containers/containers";
import type { ConfigFile } from "./config-files";
import { hintLine } from "./hint-line";
import { passwordFileFixes, type PasswordFileFacts } from "./password-file-fixes";
import type { Fix, Reason } from "./schema";

/** Why a container has no instance, as the generator says in a comment of the check's config. */
export interface Refusal {
  readonly check: string;
  /** The container's name, cut to 128 characters. */
  readonly container: string;
  readonly text: string;
}

/** The longest name in a comment, in characters: the generator cuts longer ones (templates/generator/hints.tmpl). */
const longestName = 128;

/** The refusals in the comments of some generated configs. */
export function refusalsIn(files: readonly ConfigFile[]): Refusal[] {
  return files.flatMap(({ path, remarks }) =>
    remarks.flatMap((remark) => {
      const [, container, text] = /^"((?:[^"\\]|\\.){1,400})" has no instance: (.*)$/.exec(remark) ?? [];
      const check = /^(.*?)(?:\.d\/.*|\.yaml)$/.exec(path)?.[1];
      return container === undefined || text === undefined || check === undefined ? [] : [{ check, container, text }];
    }),
  );
}

/** The refusal of a container's instance of a check; undefined if there is none. */
export function refusalOf(refusals: readonly Refusal[], name: string, checks: ReadonlySet<string>): string | undefined {
  const cut = name.slice(0, longestName);
  return refusals.find(({ check, container }) => container === cut && checks.has(check))?.text;
}

/** A refusal as a reason, with the line that puts it right if there is one. */
export function readRefusal(
  text: string,
  container: Container,
  service: string,
  facts: PasswordFileFacts,
): { readonly reason: Reason; readonly fixes: readonly Fix[] } {
  if (/^the agent runs this check by itself/.test(text)) return { reason: "own-discovery", fixes: [] };
  const { networks } = facts;
  if (/password file/.test(text)) {
    return { reason: "password-file", fixes: passwordFileFixes(text, container, service, facts) };
  }
  if (/^it shares no network/.test(text)) {
    return { reason: "no-shared-network", fixes: networkFixes(container, networks) };
  }
  if (/^it declares no port/.test(text)) {
    return { reason: "no-port", fixes: [hintLine(container, service, "port", "PORT")] };
  }
  if (/^generation 5 of the agent asks a web server/.test(text)) {
    const fixes = [hintLine(container, service, "scheme", "http"), hintLine(container, service, "port", "PORT")];
    return { reason: "not-in-generation", fixes };
  }
  const refused = [...text.matchAll(/\bits (connection|username|database|path|metrics|password) /g)].map(
    ([, name = ""]) => name,
  );
  const words: Readonly<Record<string, string>> = {
    connection: "FIRST,PASSWORD",
    username: "USER",
    database: "DATABASE",
    path: "/PATH",
    metrics: "NAMES",
  };
  // The password is a part of the connection.
  const names = [...new Set(refused.map((name) => (name === "password" ? "connection" : name)))];
  return {
    reason: "refused-value",
    fixes: names.map((name) => hintLine(container, service, name, words[name] ?? "")),
  };
}
