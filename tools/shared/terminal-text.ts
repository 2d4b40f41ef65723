import { stripVTControlCharacters } from "node:util";

import stringWidth from "string-width";

/**
 * Characters that a terminal interprets or hides: control characters (C0, DEL, C1), format characters (those that
 * turn the direction of writing or have no width), unpaired surrogates, private use, separators of lines and paragraphs.
 */
const hiddenCharacters = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** More than three combining marks on one letter. No language needs them, and they would cover adjacent lines. */
const piledMarks = /(\p{M}{3})(\p{M}+)/gu;

/** An escape sequence that only changes colour or weight. */
// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const colour = /(\u001b\[[0-9;]*m)/;

/**
 * Text of several lines without control characters: escape sequences are removed, other control characters are shown as
 * `\x07`.
 * @param colours whether colours stay. Default: no.
 */
export function harmlessLines(text: string, { colours = false } = {}): string {
  const parts = colours ? text.split(colour) : [text];
  return parts.map((part) => (colours && colour.test(part) ? part : harmlessPart(part))).join("");
}

function harmlessPart(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => escapeUnseen(line.replaceAll("\t", "  ")))
    .join("\n");
}

/** Like {@link harmlessLines}, but in one line: line ends, tabs and repeated blanks become one blank. */
export function harmlessLine(text: string): string {
  return escapeUnseen(stripVTControlCharacters(text).replace(/\s+/gu, " ").trim());
}

/** The width of a text on a terminal, in columns: a wide character takes two. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Cuts a text to a number of columns. A text that was cut ends with `…`. */
export function truncate(text: string, columns: number): string {
  if (text.length <= columns * 2 && widthOf(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1 || kept.length > columns * 4) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Pads a text with blanks to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(columns - widthOf(text), 0));
}

/**
 * Wraps a text at blanks into lines of at most a number of columns. Longer words are broken anywhere.
 * @param hanging prefix of the second and later lines. Default: none.
 */
export function wrap(text: string, columns: number, hanging = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").filter((one) => one !== "")) {
    const start = lines.length === 0 ? "" : hanging;
    if (line !== "" && widthOf(`${start}${line} ${word}`) <= columns) {
      line = `${line} ${word}`;
      continue;
    }
    if (line !== "") lines.push(start + line);
    const pieces = breakWord(word, columns - hanging.length);
    lines.push(...pieces.slice(0, -1).map((piece, index) => (lines.length + index === 0 ? "" : hanging) + piece));
    line = pieces.at(-1) ?? "";
  }
  return line === "" ? lines : [...lines, (lines.length === 0 ? "" : hanging) + line];
}

/** Breaks a word into pieces of at most a number of columns. */
function breakWord(word: string, columns: number): string[] {
  if (widthOf(word) <= columns) return [word];
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece !== "" && widthOf(piece + character) > columns) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}

function escapeUnseen(text: string): string {
  return text
    .replace(hiddenCharacters, escapeCharacter)
    .replace(piledMarks, (_, first: string, rest: string) => first + rest.replace(/./gu, escapeCharacter));
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
  return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\u{${code}}`;
}
