import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import { projectOf } from "../../../tools/pipeline/gitlab";
import { publishComment, publishIssue } from "../../../tools/pipeline/publish";

let server: Server;
let environment: NodeJS.ProcessEnv;
let requests: string[] = [];
let answers: Record<string, unknown> = {};

beforeEach(async () => {
  requests = [];
  answers = {};
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { "private-token": token, "content-type": type = "" } = request.headers;
      requests.push([request.method, request.url, token, type, body].join(" ").replaceAll(/ +/g, " ").trim());
      const answer = request.method === "GET" ? answers[request.url ?? ""] : {};
      response.statusCode = answer === undefined ? 403 : 200;
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  environment = {
    CI_API_V4_URL: `http://127.0.0.1:${port}`,
    CI_PROJECT_ID: "12",
    CI_MERGE_REQUEST_IID: "7",
    GITLAB_TOKEN: "t",
  };
});
afterEach(() => void server.close());

const notes = "/projects/12/merge_requests/7/notes";
const issues = "/projects/12/issues";

test("the first note on a merge request is written, the next one takes its place", async () => {
  answers[`${notes}?per_page=100&page=1`] = [{ id: 1, body: "hello" }];
  await publishComment(environment, "<!-- mark -->", "text");
  expect(requests[1]).toBe(`POST ${notes} t application/json {"body":"text"}`);
  answers[`${notes}?per_page=100&page=1`] = [{ id: 2, body: "<!-- mark -->\nold" }];
  await publishComment(environment, "<!-- mark -->", "new");
  expect(requests[3]).toBe(`PUT ${notes}/2 t application/json {"body":"new"}`);
});

test("an open issue of the same title is rewritten, on whatever page it is", async () => {
  const others = Array.from({ length: 100 }, (_, id) => ({ id, iid: id, title: "other" }));
  answers[`${issues}?state=opened&per_page=100&page=1`] = others;
  answers[`${issues}?state=opened&per_page=100&page=2`] = [{ id: 500, iid: 9, title: "ours" }];
  await publishIssue(environment, "ours", "text");
  expect(requests[2]).toBe(`PUT ${issues}/9 t application/json {"description":"text"}`);
  answers[`${issues}?state=opened&per_page=100&page=1`] = [];
  await publishIssue(environment, "ours", "text");
  expect(requests[4]).toBe(`POST ${issues} t application/json {"title":"ours","description":"text"}`);
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
  expect(requests).toEqual([]);
});
