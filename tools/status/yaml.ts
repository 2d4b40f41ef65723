import { parseDocument } from "yaml";

/** The longest text that is parsed, in characters: no real config is that long. */
const longest = 200_000;

/**
 * The value of a YAML text, or what is wrong with it. The parser's messages are not used: they quote the text, which may
 * contain a password.
 */
export function readYaml(text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text.length > longest) return { problem: `is longer than ${longest} characters` };
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: "silent", strict: false, uniqueKeys: false });
    const [error] = document.errors;
    if (error !== undefined) return { problem: `is no YAML, from line ${lineAt(text, error.pos[0])} on` };
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch {
    // Nested too deep, or aliases of aliases.
    return { problem: "is YAML that can't be unfolded" };
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
