import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The pages for people, by path from the repository's root. */
export const pages: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...["docs", "docs/integrations"].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".md"))
      .map((file) => join(folder, file)),
  ),
];

/** A fenced block of a page. */
export interface Block {
  /** Page and line, such as `README.md:15`. */
  readonly where: string;
  /** The language behind the fence; empty without one. */
  readonly language: string;
  readonly text: string;
}

/** All fenced blocks of a page, without the indentation of a list. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
    ({ index, 1: indent = "", 2: language = "", 3: body = "" }) => ({
      where: `${page}:${text.slice(0, index).split("\n").length}`,
      language,
      text: body.replace(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

/** A command of a page. */
export interface Command {
  readonly where: string;
  /** On one line, without a comment. */
  readonly text: string;
}

/** The commands in a page's shell blocks, and those in its running text that begin with one of some programs. */
export function commandsOf(page: string, programs: readonly string[]): Command[] {
  const inBlocks = blocksOf(page)
    .filter(({ language }) => language === "sh")
    .flatMap(({ where, text }) =>
      text
        .replaceAll("\\\n", " ")
        .split("\n")
        .map((line) => ({ where, text: line.replace(/(^| +)# .*$/, "").trim() })),
    );
  const prose = readFileSync(page, "utf8").replace(/^( *)```[\s\S]*?^\1```$/gm, "");
  const inProse = [...prose.matchAll(/`([^`]+)`/g)]
    .map(([, text = ""]) => ({ where: page, text: text.replaceAll(/\s+/g, " ").replaceAll("\\|", "|") }))
    .filter(({ text }) => programs.some((program) => text.startsWith(`${program} `)));
  return [...inBlocks, ...inProse].filter(({ text }) => text !== "");
}

/** A command with something in place of what a page leaves open: `<stack>`, `…`. */
export function filledIn(text: string): string {
  return text.replaceAll(/<[a-z]+>/g, "name").replaceAll("…", "name");
}
