import { beforeEach, expect, test } from "vitest";

import { putComment, putIssue, repositoryOf, type Repository } from "../../../tools/pipeline/github";
import { useApiServer } from "./api-server";

let repository: Repository;
const api = useApiServer(({ method = "", url = "", headers }, body) =>
  `${method} ${url} ${headers.authorization ?? ""} ${body}`.trim(),
);

beforeEach(() => {
  repository = { api: api.url, name: "o/r", token: "t" };
});

const base = "/repos/o/r/issues";

test("the first comment is added, the next one replaces it, and no other that quotes it", async () => {
  api.answers[`${base}/7/comments?per_page=100&page=1`] = [{ id: 1, body: "hello" }];
  await putComment(repository, 7, "<!-- mark -->", "text");
  expect(api.requests[1]).toBe(`POST ${base}/7/comments Bearer t {"body":"text"}`);
  api.answers[`${base}/7/comments?per_page=100&page=1`] = [
    { id: 1, body: null },
    { id: 4, body: "Why this?\n\n> <!-- mark -->\n> old" },
    { id: 2, body: "<!-- mark -->\nold" },
  ];
  await putComment(repository, 7, "<!-- mark -->", "new");
  expect(api.requests[3]).toBe(`PATCH ${base}/comments/2 Bearer t {"body":"new"}`);
});

test("an open issue with the same title is updated, on any page, and no pull request with that title", async () => {
  api.answers[`${base}?state=open&per_page=100&page=1`] = Array.from({ length: 100 }, (_, id) => ({
    id,
    title: "other",
  }));
  api.answers[`${base}?state=open&per_page=100&page=2`] = [
    { id: 499, number: 8, title: "ours", pull_request: {} },
    { id: 500, number: 9, title: "ours" },
  ];
  await putIssue(repository, "ours", "text");
  expect(api.requests[2]).toBe(`PATCH ${base}/9 Bearer t {"body":"text"}`);
  api.answers[`${base}?state=open&per_page=100&page=1`] = [];
  await putIssue(repository, "ours", "text");
  expect(api.requests[4]).toBe(`POST ${base} Bearer t {"title":"ours","body":"text"}`);
});

test("a refusal names the permissions that it needs", async () => {
  await expect(putIssue(repository, "ours", "text")).rejects.toThrow(
    /GitHub answers 403 to GET issues\. .*permissions/,
  );
});

test("outside of a workflow there is no repository", () => {
  expect(repositoryOf({})).toBeUndefined();
  expect(repositoryOf({ GITHUB_API_URL: "a", GITHUB_REPOSITORY: "o/r", GITHUB_TOKEN: "t" })?.name).toBe("o/r");
});
