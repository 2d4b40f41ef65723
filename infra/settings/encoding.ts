/**
 * The first line, counted from 1, of a text that was not written in UTF-8: with bytes that are none of it, or with those of
 * UTF-16. Undefined if there is none.
 * @param text as it was read in UTF-8.
 */
export function misreadLine(text: string): number | undefined {
  const index = text.split("\n").findIndex((line) => /[\uFFFD\0]/.test(line));
  return index < 0 ? undefined : index + 1;
}
