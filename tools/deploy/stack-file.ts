import { readFileSync } from "node:fs";
import { join } from "node:path";

import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";

import { misreadLine, unknownAlias, yamlProblem } from "../../infra/settings";
import { UserError } from "../shared/errors";
import { itemsOf, memberOf } from "../shared/values";

/** A problem in a stack's file that Pulumi would overlook, or report without its position. */
interface StackFileProblem {
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what to do; never contains a secret. */
  readonly problem: string;
}

/**
 * Checks a stack's file before Pulumi reads it: tabs, duplicate keys, secrets in the clear.
 * @throws UserError with file, line and remedy of each problem, or if the file can't be read.
 */
export function checkStackFile(folder: string, stack: string): void {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const problems = stackFileProblems(readStackFile(file));
  if (problems.length === 0) return;
  throw new UserError(
    [
      `The file of stack ${stack} can't be used; nothing was touched.`,
      ...problems.map(({ line, problem }) => `  ${file}:${line}: ${problem}`),
    ].join("\n"),
  );
}

/**
 * The names of the hosts in a stack's file, former ones included; undefined if the file does not list any.
 * @throws UserError if the file can't be read.
 */
export function hostNames(folder: string, stack: string): ReadonlySet<string> | undefined {
  const document = parseDocument(readStackFile(join(folder, `Pulumi.${stack}.yaml`)), { logLevel: "silent" });
  const hosts = itemsOf(memberOf(memberOf(document.toJS(), "config"), "datadog-hosts:hosts"));
  const names = hosts.flatMap((host) => [memberOf(host, "name"), ...itemsOf(memberOf(host, "formerNames"))]);
  return names.length === 0 ? undefined : new Set(names.map(String));
}

function readStackFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = String((error as NodeJS.ErrnoException).code);
    throw new UserError(`${file} can't be read (${reason}): make it a file that you can read (chmod 644 ${file}).`);
  }
}

/** What is wrong with the text of a stack's file, by line. */
export function stackFileProblems(text: string): StackFileProblem[] {
  const misread = misreadLine(text);
  if (misread !== undefined) return [{ line: misread, problem: "is not UTF-8 text; save the file in UTF-8" }];
  const tabs = tabProblems(text);
  if (tabs.length > 0) return tabs;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  // A word that begins with ! would be dropped: it is read as a tag of nothing.
  const errors = [...document.errors, ...document.warnings].map(({ code, message, pos }): StackFileProblem => {
    const line = lineOf(pos[0]);
    if (code === "DUPLICATE_KEY") return { line, problem: repeatedKey(text, line) };
    if (code === "MULTIPLE_DOCS") return { line, problem: "begins a second document (---); keep only the first one" };
    return { line, problem: yamlProblem({ code, message }) };
  });
  if (errors.length > 0) return errors;
  return [...shapeProblems(document), ...aliasProblems(document, lineOf), ...secretProblems(document, lineOf)];
}

function tabProblems(text: string): StackFileProblem[] {
  return text.split("\n").flatMap((content, index) => {
    const problem = "is indented with a tab, which YAML does not allow; indent with two spaces";
    return /^ *\t/.test(content) && content.trim() !== "" ? [{ line: index + 1, problem }] : [];
  });
}

function repeatedKey(text: string, line: number): string {
  const key = /^[\s-]*([^\s].*?)\s*:(\s|$)/.exec(text.split("\n")[line - 1] ?? "")?.[1] ?? "a key";
  return `has the key ${key} a second time in the same mapping; keep one of them`;
}

function shapeProblems(document: Document): StackFileProblem[] {
  const config = isMap(document.contents) ? document.contents.get("config") : undefined;
  return isMap(config)
    ? []
    : [
        {
          line: 1,
          problem: "has no settings; write `config:` and below it keys such as `datadog-hosts:project: shop`",
        },
      ];
}

/** Pulumi would quote the word, which may be a password that begins with an asterisk. */
function aliasProblems(document: Document, lineOf: (offset: number) => number): StackFileProblem[] {
  const problems: StackFileProblem[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      problems.push({ line: lineOf(alias.range?.[0] ?? 0), problem: `is not valid YAML: ${unknownAlias}` });
    },
  });
  return problems;
}

/** The settings that must be encrypted, as keys from the outermost on separated by blanks, and how to set them. */
const secretKeys: readonly { readonly path: RegExp; readonly remedy: string }[] = [
  {
    path: /^config datadog-hosts:apiKey$/,
    remedy: "remove the line, run `pulumi config set --secret datadog-hosts:apiKey`, and replace the key at Datadog",
  },
  {
    path: /^config datadog-hosts:registries password$/,
    remedy:
      "remove the line, run `pulumi config set --path --secret 'datadog-hosts:registries[0].password'` (with the entry's own number), and change the password",
  },
];

function secretProblems(document: Document, lineOf: (offset: number) => number): StackFileProblem[] {
  const problems: StackFileProblem[] = [];
  visit(document, {
    Pair: (_, { key, value }, ancestors) => {
      if (!isScalar(key)) return;
      const keys = [...ancestors.filter(isPair).map((pair) => pair.key), key];
      const path = keys.map((part) => (isScalar(part) ? String(part.value) : "")).join(" ");
      const secret = secretKeys.find((known) => known.path.test(path));
      if (secret === undefined || isEncrypted(value)) return;
      const problem = `has ${String(key.value)} in the clear, not encrypted: ${secret.remedy}`;
      problems.push({ line: lineOf(key.range?.[0] ?? 0), problem });
    },
  });
  return problems;
}

/** `{ secure: v1:… }`, as Pulumi writes an encrypted value. */
function isEncrypted(value: unknown): boolean {
  return isMap(value) && value.items.some((item) => isPair(item) && isScalar(item.key) && item.key.value === "secure");
}
