/** The version in an image's tag, such as 7.69 for `gcr.io/datadoghq/agent:7.69.4-jmx`; undefined for `7` or `latest`. */
export function versionOf(image: string): { readonly major: number; readonly minor: number } | undefined {
  const found = /:v?(\d+)\.(\d+)(?:[.-][^/:@]*)?(?:@.*)?$/.exec(image);
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
}
