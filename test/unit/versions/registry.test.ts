import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { digestOf, repositoryOf, tagsOf } from "../../../tools/versions/registry";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A registry on this machine; returns its address. */
async function registry(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};

test.each([
  ["registry.example/team/agent:7.1.2", { registry: "registry.example", name: "team/agent", tag: "7.1.2" }],
  ["localhost:5000/agent:7@sha256:abc", { registry: "localhost:5000", name: "agent", tag: "7" }],
  ["localhost/agent:7", { registry: "localhost", name: "agent", tag: "7" }],
  ["datadog/agent:7", undefined],
  ["registry.example/agent", undefined],
])("the repository of %s", (reference, expected) => {
  expect(repositoryOf(reference)).toEqual(expected);
});

describe("a registry", () => {
  test("that has several pages gives the tags of all", async () => {
    const address = await registry(({ url = "" }, response) => {
      if (url.includes("last=7.1.0")) json(response, { tags: ["7.2.0"] });
      else json(response, { tags: ["7.1.0"] }, { link: '</v2/agent/tags/list?last=7.1.0&n=1>; rel="next"' });
    });
    expect(await tagsOf({ registry: address, name: "agent" }, "http")).toEqual(["7.1.0", "7.2.0"]);
  });

  test("that wants a token gets the one that it gives to anybody", async () => {
    const address = await registry(({ url = "", headers }, response) => {
      if (url.startsWith("/token")) {
        expect(new URL(url, "http://x").searchParams.get("scope")).toBe("repository:agent:pull");
        json(response, { token: "abc" });
      } else if (headers.authorization === "Bearer abc") json(response, { tags: ["7.1.0"] });
      else {
        const challenge = `Bearer realm="http://${address}/token",service="registry",scope="repository:agent:pull"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      }
    });
    expect(await tagsOf({ registry: address, name: "agent" }, "http")).toEqual(["7.1.0"]);
  });

  test("tells the digest of a tag", async () => {
    const address = await registry(({ method, url }, response) => {
      expect([method, url]).toEqual(["HEAD", "/v2/agent/manifests/7.1.0"]);
      response.writeHead(200, { "docker-content-digest": "sha256:abc" }).end();
    });
    expect(await digestOf({ registry: address, name: "agent" }, "7.1.0", "http")).toBe("sha256:abc");
  });

  test.each([
    ["refuses", (response: ServerResponse) => response.writeHead(403).end(), /answers with status 403/],
    [
      "wants a login",
      (response: ServerResponse) => response.writeHead(401, { "www-authenticate": "Basic" }).end(),
      /status 401/,
    ],
    ["hangs up", (response: ServerResponse) => response.destroy(), /does not answer/],
  ])("that %s is named with the reason", async (_, end, message) => {
    const address = await registry((request, response) => {
      end(response);
    });
    await expect(tagsOf({ registry: address, name: "agent" }, "http")).rejects.toThrow(message);
    await expect(tagsOf({ registry: address, name: "agent" }, "http")).rejects.toThrow(address);
  });

  test("that does not exist is named", async () => {
    const address = await registry(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(tagsOf({ registry: address, name: "agent" }, "http")).rejects.toThrow(
      /^registry 127\.0\.0\.1:\d+ does not answer \(.*ECONNREFUSED/,
    );
  });
});
