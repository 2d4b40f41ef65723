import { beforeEach, expect, test } from "vitest";

import { projectOf } from "../../../tools/pipeline/gitlab";
import { publishComment, publishIssue } from "../../../tools/pipeline/publish";
import { useApiServer } from "./api-server";

let environment: NodeJS.ProcessEnv;
const api = useApiServer(({ method, url, headers }, body) => {
  const { "private-token": token, "content-type": type = "" } = headers;
  return [method, url, token, type, body].join(" ").replaceAll(/ +/g, " ").trim();
});

beforeEach(() => {
  environment = {
    CI_API_V4_URL: api.url,
    CI_PROJECT_ID: "12",
    CI_MERGE_REQUEST_IID: "7",
    GITLAB_TOKEN: "t",
  };
});

const notes = "/projects/12/merge_requests/7/notes";
const issues = "/projects/12/issues";

test("the first note on a merge request is added, the next one replaces it", async () => {
  api.answers[`${notes}?per_page=100&page=1`] = [{ id: 1, body: "hello" }];
  await publishComment(environment, "<!-- mark -->", "text");
  expect(api.requests[1]).toBe(`POST ${notes} t application/json {"body":"text"}`);
  api.answers[`${notes}?per_page=100&page=1`] = [{ id: 2, body: "<!-- mark -->\nold" }];
  await publishComment(environment, "<!-- mark -->", "new");
  expect(api.requests[3]).toBe(`PUT ${notes}/2 t application/json {"body":"new"}`);
});

test("an open issue with the same title is updated, on any page", async () => {
  const others = Array.from({ length: 100 }, (_, id) => ({ id, iid: id, title: "other" }));
  api.answers[`${issues}?state=opened&per_page=100&page=1`] = others;
  api.answers[`${issues}?state=opened&per_page=100&page=2`] = [{ id: 500, iid: 9, title: "ours" }];
  await publishIssue(environment, "ours", "text");
  expect(api.requests[2]).toBe(`PUT ${issues}/9 t application/json {"description":"text"}`);
  api.answers[`${issues}?state=opened&per_page=100&page=1`] = [];
  await publishIssue(environment, "ours", "text");
  expect(api.requests[4]).toBe(`POST ${issues} t application/json {"title":"ours","description":"text"}`);
});

test("a refusal names the token and its scope", async () => {
  await expect(publishIssue(environment, "ours", "text")).rejects.toThrow(
    /GitLab answers 403 to GET issues\. .*GITLAB_TOKEN.*scope api/,
  );
});

test("without a token, or outside of a merge request, nothing is sent", async () => {
  expect(projectOf({ ...environment, GITLAB_TOKEN: undefined })).toBeUndefined();
  await publishComment({ ...environment, CI_MERGE_REQUEST_IID: undefined }, "<!-- mark -->", "text");
  await publishIssue({ ...environment, GITLAB_TOKEN: undefined }, "ours", "text");
  expect(api.requests).toEqual([]);
});
