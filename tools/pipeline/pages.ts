/** The maximum number of entries in a page at GitHub and GitLab. */
const pageSize = 100;

/**
 * Finds the first matching entry of a paginated list; undefined if there is none.
 * @param readPage reads one page of at most {@link pageSize} entries. The first page is number 1.
 */
export async function findInPages<Entry>(
  readPage: (page: number) => Promise<unknown>,
  matches: (entry: Entry) => boolean,
): Promise<Entry | undefined> {
  for (let page = 1; ; page++) {
    const entries = (await readPage(page)) as Entry[];
    const found = entries.find(matches);
    if (found !== undefined || entries.length < pageSize) return found;
  }
}
