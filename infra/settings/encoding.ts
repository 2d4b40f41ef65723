/**
 * The number of the first line that was not UTF-8 in its file, counted from 1; undefined if there is none. The text was read as
 * UTF-8: bytes that are none become U+FFFD, and UTF-16 has zero bytes.
 */
export function misreadLine(text: string): number | undefined {
  const index = text.split("\n").findIndex((line) => /[\uFFFD\0]/.test(line));
  return index < 0 ? undefined : index + 1;
}
