/** How many entries a page has, at most: GitHub and GitLab give no more. */
const pageSize = 100;

/**
 * The first entry that fits in a list that an API gives page by page; undefined if there is none.
 * @param readPage reads one page of {@link pageSize} entries; the first is number 1.
 */
export async function findInPages<Entry>(
  readPage: (page: number) => Promise<unknown>,
  fits: (entry: Entry) => boolean,
): Promise<Entry | undefined> {
  for (let page = 1; ; page++) {
    const entries = (await readPage(page)) as Entry[];
    const found = entries.find(fits);
    if (found !== undefined || entries.length < pageSize) return found;
  }
}
