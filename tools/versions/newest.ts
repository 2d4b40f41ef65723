/** A version as numbers, `7.69.4` as [7, 69, 4]; undefined for anything else, such as a release candidate. */
function numbersOf(version: string): readonly number[] | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?$/.exec(version);
  return found?.slice(1).map((part) => Number((part as string | undefined) ?? 0));
}

/** Whether the first of two versions is newer than the second. False if one of them is no plain version. */
export function isNewer(version: string, than: string): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(than)];
  if (ours === undefined || theirs === undefined) return false;
  const difference = ours.map((part, index) => part - (theirs[index] ?? 0)).find((part) => part !== 0) ?? 0;
  return difference > 0;
}

/**
 * The newest of some versions, without a leading `v`; release candidates and other tags don't count.
 * @param major only versions with this first number. Default: all.
 */
export function newestOf(versions: readonly string[], major?: number): string | undefined {
  return versions
    .filter((version) => {
      const numbers = numbersOf(version);
      return numbers !== undefined && (major === undefined || numbers[0] === major);
    })
    .reduce<string | undefined>((best, one) => (best === undefined || isNewer(one, best) ? one : best), undefined)
    ?.replace(/^v/, "");
}
