import { UserError } from "../shared/errors";
import { findInPages } from "./pages";

/** Address and credentials of a repository at GitHub. */
export interface Repository {
  /** Such as `https://api.github.com`. */
  readonly api: string;
  /** `owner/name`. */
  readonly name: string;
  readonly token: string;
}

/** The fields of an issue or a comment that are used here. */
interface Entry {
  readonly id: number;
  readonly number: number;
  readonly title?: string;
  readonly body?: string | null;
  /** GitHub lists pull requests among the issues. */
  readonly pull_request?: unknown;
}

/** The repository that a workflow runs for; undefined outside of GitHub Actions, or without a token. */
export function repositoryOf(environment: NodeJS.ProcessEnv): Repository | undefined {
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: name, GITHUB_TOKEN: token } = environment;
  if (api === undefined || name === undefined || token === undefined) return undefined;
  return { api, name, token };
}

/** Adds a comment to a pull request, or replaces the earlier one with the same mark. */
export async function putComment(repository: Repository, pull: number, mark: string, body: string): Promise<void> {
  const before = await findEntry(repository, `issues/${pull}/comments?per_page=100`, (entry) =>
    (entry.body ?? "").startsWith(mark),
  );
  if (before === undefined) await call(repository, "POST", `issues/${pull}/comments`, { body });
  else await call(repository, "PATCH", `issues/comments/${before.id}`, { body });
}

/** Opens an issue, or replaces the text of the open one with the same title. */
export async function putIssue(repository: Repository, title: string, body: string): Promise<void> {
  const isSame = (entry: Entry): boolean => entry.title === title && entry.pull_request === undefined;
  const before = await findEntry(repository, "issues?state=open&per_page=100", isSame);
  if (before === undefined) await call(repository, "POST", "issues", { title, body });
  else await call(repository, "PATCH", `issues/${before.number}`, { body });
}

/** Finds the first matching entry of a list; undefined if there is none. */
async function findEntry(
  repository: Repository,
  path: string,
  matches: (entry: Entry) => boolean,
): Promise<Entry | undefined> {
  return findInPages((page) => call(repository, "GET", `${path}&page=${page}`), matches);
}

async function call({ api, name, token }: Repository, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${api}/repos/${name}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new UserError(
      `GitHub answers ${response.status} to ${method} ${path.split("?")[0] ?? path}. Check that the workflow's permissions allow it (issues and pull-requests: write).`,
    );
  }
  return response.json();
}
