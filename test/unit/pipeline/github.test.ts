import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import { putComment, putIssue, repositoryOf, type Repository } from "../../../tools/pipeline/github";

let server: Server;
let repository: Repository;
let requests: string[] = [];
let answers: Record<string, unknown> = {};

beforeEach(async () => {
  requests = [];
  answers = {};
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests.push(
        `${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? ""} ${body}`.trim(),
      );
      const answer = request.method === "GET" ? answers[request.url ?? ""] : {};
      response.statusCode = answer === undefined ? 403 : 200;
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  repository = { api: `http://127.0.0.1:${port}`, name: "o/r", token: "t" };
});
afterEach(() => void server.close());

const base = "/repos/o/r/issues";

test("the first comment is written, the next one takes its place", async () => {
  answers[`${base}/7/comments?per_page=100&page=1`] = [{ id: 1, body: "hello" }];
  await putComment(repository, 7, "<!-- mark -->", "text");
  expect(requests[1]).toBe(`POST ${base}/7/comments Bearer t {"body":"text"}`);
  answers[`${base}/7/comments?per_page=100&page=1`] = [
    { id: 1, body: null },
    { id: 2, body: "<!-- mark -->\nold" },
  ];
  await putComment(repository, 7, "<!-- mark -->", "new");
  expect(requests[3]).toBe(`PATCH ${base}/comments/2 Bearer t {"body":"new"}`);
});

test("an open issue of the same title is rewritten, on whatever page it is", async () => {
  answers[`${base}?state=open&per_page=100&page=1`] = Array.from({ length: 100 }, (_, id) => ({ id, title: "other" }));
  answers[`${base}?state=open&per_page=100&page=2`] = [{ id: 500, number: 9, title: "ours" }];
  await putIssue(repository, "ours", "text");
  expect(requests[2]).toBe(`PATCH ${base}/9 Bearer t {"body":"text"}`);
  answers[`${base}?state=open&per_page=100&page=1`] = [];
  await putIssue(repository, "ours", "text");
  expect(requests[4]).toBe(`POST ${base} Bearer t {"title":"ours","body":"text"}`);
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
