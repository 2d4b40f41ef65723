import { UserError } from "../shared/errors";
import { findInPages } from "./pages";

/** Address and credentials of a project at GitLab. */
export interface Project {
  /** Such as `https://gitlab.com/api/v4`. */
  readonly api: string;
  /** The project's number. */
  readonly id: string;
  /** An access token of the project or a group with the scope `api`; a job's own token may write neither notes nor issues. */
  readonly token: string;
}

/** The fields of an issue or a note that are used here. */
interface Entry {
  readonly id: number;
  readonly iid?: number;
  readonly title?: string;
  readonly body?: string;
}

/** The project that a pipeline runs for; undefined outside of GitLab, or without GITLAB_TOKEN. */
export function projectOf(environment: NodeJS.ProcessEnv): Project | undefined {
  const { CI_API_V4_URL: api, CI_PROJECT_ID: id, GITLAB_TOKEN: token = "" } = environment;
  if (api === undefined || id === undefined || token === "") return undefined;
  return { api, id, token };
}

/** Adds a note to a merge request, or replaces the earlier one with the same mark. */
export async function putNote(project: Project, mergeRequest: number, mark: string, body: string): Promise<void> {
  const notes = `merge_requests/${mergeRequest}/notes`;
  const before = await findEntry(project, `${notes}?per_page=100`, (entry) => (entry.body ?? "").startsWith(mark));
  if (before === undefined) await call(project, "POST", notes, { body });
  else await call(project, "PUT", `${notes}/${before.id}`, { body });
}

/** Opens an issue, or replaces the text of the open one with the same title. */
export async function putIssue(project: Project, title: string, description: string): Promise<void> {
  const before = await findEntry(project, "issues?state=opened&per_page=100", (entry) => entry.title === title);
  if (before === undefined) await call(project, "POST", "issues", { title, description });
  else await call(project, "PUT", `issues/${before.iid ?? ""}`, { description });
}

/** Finds the first matching entry of a list; undefined if there is none. */
async function findEntry(
  project: Project,
  path: string,
  matches: (entry: Entry) => boolean,
): Promise<Entry | undefined> {
  return findInPages((page) => call(project, "GET", `${path}&page=${page}`), matches);
}

async function call({ api, id, token }: Project, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${api}/projects/${id}/${path}`, {
    method,
    headers: { "private-token": token, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new UserError(
      `GitLab answers ${response.status} to ${method} ${path.split("?")[0] ?? path}. Check that GITLAB_TOKEN is valid and has the scope api.`,
    );
  }
  return response.json();
}
