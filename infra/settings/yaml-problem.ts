import type { YAMLError } from "yaml";

/** What the reader of YAML would quote in another way than at the end, by its codes. */
const inOwnWords: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_DIRECTIVE: "a line that begins with % has no meaning here; put the text in quotes",
  BAD_DQ_ESCAPE: "a backslash between double quotes begins nothing that is known; write \\\\ or use single quotes (')",
  TAG_RESOLVE_FAILED: "a word that begins with ! is no known tag; put the text in quotes",
};

/** What is said of an alias to nothing, which the reader reports only when the data is used. */
export const unknownAlias = "a word that begins with * refers to nothing; put the text in quotes";

/** What is wrong with a text in YAML, without what the reader quotes of it, which may be a secret. */
export function yamlProblem({
  code,
  message,
}: {
  readonly code?: YAMLError["code"];
  readonly message: string;
}): string {
  const own = code === undefined ? undefined : inOwnWords[code];
  const said = /^Unresolved alias/.test(message) ? unknownAlias : message.replace(/(?<=\S): .*$/s, "");
  return `is not valid YAML: ${own ?? said}`;
}
