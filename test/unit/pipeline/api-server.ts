import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach } from "vitest";

/** A fake API of GitHub or GitLab. */
export interface ApiServer {
  /** `http://127.0.0.1:port`. */
  url: string;
  /** The requests so far, one text for each. */
  requests: string[];
  /** The answers to GET by path. Other paths get status 403; requests with other methods succeed. */
  answers: Record<string, unknown>;
}

/**
 * Starts a new API for each test of a file.
 * @param describe describes a request and its body in one line.
 */
export function useApiServer(describe: (request: IncomingMessage, body: string) => string): ApiServer {
  const api: ApiServer = { url: "", requests: [], answers: {} };
  let server: Server;
  beforeEach(async () => {
    api.requests = [];
    api.answers = {};
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        api.requests.push(describe(request, body));
        const answer = request.method === "GET" ? api.answers[request.url ?? ""] : {};
        response.statusCode = answer === undefined ? 403 : 200;
        response.end(JSON.stringify(answer ?? {}));
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());
  return api;
}
