import { readFileSync } from "node:fs";

import * as github from "./github";
import * as gitlab from "./gitlab";

/**
 * Adds a comment to the pull or merge request that the pipeline runs for, or replaces the earlier one with the same mark. Does
 * nothing if the pipeline runs for something else, or without a token.
 */
export async function publishComment(environment: NodeJS.ProcessEnv, mark: string, body: string): Promise<void> {
  const repository = github.repositoryOf(environment);
  const pull = pullRequestNumber(environment);
  if (repository !== undefined && pull !== undefined) await github.putComment(repository, pull, mark, body);
  const project = gitlab.projectOf(environment);
  const mergeRequest = Number(environment["CI_MERGE_REQUEST_IID"] ?? NaN);
  if (project !== undefined && !Number.isNaN(mergeRequest)) await gitlab.putNote(project, mergeRequest, mark, body);
}

/**
 * Opens an issue, or replaces the text of the open one with the same title. Does nothing outside of a pipeline or without a
 * token.
 */
export async function publishIssue(environment: NodeJS.ProcessEnv, title: string, body: string): Promise<void> {
  const repository = github.repositoryOf(environment);
  if (repository !== undefined) await github.putIssue(repository, title, body);
  const project = gitlab.projectOf(environment);
  if (project !== undefined) await gitlab.putIssue(project, title, body);
}

/** The number of the pull request whose event started the workflow; undefined for other events. */
function pullRequestNumber(environment: NodeJS.ProcessEnv): number | undefined {
  const file = environment["GITHUB_EVENT_PATH"];
  if (file === undefined) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { pull_request?: { number: number } }).pull_request?.number;
}
