import { hideKeys, hideSecrets } from "./secrets";
import { harmlessLine, harmlessLines } from "./terminal-text";

declare const mark: unique symbol;

/**
 * Data that {@link shown} returned. Code that prints text from a host, its agent or a container requires this type, so that
 * no such text reaches a terminal or a file unmasked.
 */
export type Shown<T> = T & { readonly [mark]: true };

/** Longer texts are cut, in characters. */
const maxLength = 2000;

/** Text beyond this length is dropped before masking, in characters. */
const maxInputLength = 16_000;

/**
 * Makes data safe to print: in all its texts, at any depth, secrets are masked and control characters escaped. Each text
 * becomes one line of at most 2,000 characters.
 * @param known secrets that it may contain.
 */
export function shown<T>(value: T, known: Iterable<string> = []): Shown<T> {
  const secrets = [...known];
  // Masking is slow, and most texts, such as tags, come many times.
  const done = new Map<string, string>();
  const show = (text: string): string => {
    const before = done.get(text);
    if (before !== undefined) return before;
    const masked = showText(text, secrets);
    done.set(text, masked);
    return masked;
  };
  return walk(value, show) as Shown<T>;
}

/**
 * Makes a message of several lines safe to print; lines and their indentation stay.
 * @param options whether colours stay, for Pulumi's own output on a terminal. Default: no.
 */
export function shownLines(text: string, options: { readonly colours?: boolean } = {}): string {
  // Escape sequences first: they may be in the middle of a secret.
  return hideKeys(harmlessLines(text, options));
}

function walk(value: unknown, show: (text: string) => string): unknown {
  if (typeof value === "string") return show(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, show));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, walk(child, show)]));
}

function showText(text: string, known: readonly string[]): string {
  const line = hideSecrets(harmlessLine(text.slice(0, maxInputLength)), known);
  return line.length > maxLength ? `${wellFormed(line.slice(0, maxLength))}…` : line;
}

/** Removes an unpaired surrogate at the end. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}
