import { hideKeys, hideSecrets } from "./secrets";
import { harmlessLine, harmlessLines } from "./terminal-text";

declare const mark: unique symbol;

/**
 * What has gone through {@link shown}. Whoever prints what a host, its agent or a container has said asks for this type,
 * so that nothing reaches a terminal or a file by another way.
 */
export type Shown<T> = T & { readonly [mark]: true };

/** The longest text that is shown as one value, in characters. */
const longest = 2000;

/** Of longer ones the rest is not even looked at. */
const longestRead = 16_000;

/**
 * Data made fit for being shown: in every text of it, at any depth, secrets are masked, and what a terminal would obey
 * becomes visible. Texts come out in one line of at most 2,000 characters.
 * @param known secrets that may stand in it.
 */
export function shown<T>(value: T, known: Iterable<string> = []): Shown<T> {
  return walk(value, [...known]) as Shown<T>;
}

/**
 * A message of several lines made fit for being shown; lines and their indentation stay.
 * @param options whether changes of colour stay, for what Pulumi itself says on a terminal. Default: no.
 */
export function shownLines(text: string, options: { readonly colours?: boolean } = {}): string {
  // Escape sequences first: they may stand in the middle of a secret.
  return hideKeys(harmlessLines(text, options));
}

function walk(value: unknown, known: readonly string[]): unknown {
  if (typeof value === "string") return showText(value, known);
  if (Array.isArray(value)) return value.map((item) => walk(item, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, walk(child, known)]));
}

function showText(text: string, known: readonly string[]): string {
  const line = hideSecrets(harmlessLine(text.slice(0, longestRead)), known);
  return line.length > longest ? `${wellFormed(line.slice(0, longest))}…` : line;
}

/** Without half a character at its end. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}
