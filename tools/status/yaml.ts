import { parseDocument } from "yaml";

/** No instance and no config is that long, in characters; what is would only cost time. */
const longest = 200_000;

/**
 * What a YAML text says, or where it is wrong. The parser's own messages quote the text, which may hold a password: none
 * of them goes any further.
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
