import { describe, expect, test } from "vitest";

import { pageFor, useWebServer, type Outcome } from "./web-server";

const serve = useWebServer();
const remoteAddresses = "set_real_ip_from 127.0.0.0/8; real_ip_header X-Forwarded-For;";
const portOf = (page: string): number => Number(/listen (\d+);/.exec(page)?.[1]);

/** What an application of its own has in its `http` block. */
interface Case {
  /** The servers, each with `return 200 app`. */
  readonly servers?: readonly string[];
  readonly http?: string;
  /** How often, and whether before the servers, the page is included. Default: once, before them. */
  readonly includes?: { readonly before: number; readonly after: number };
  readonly ready?: number;
  /** What is changed in nginx itself. */
  readonly start?: readonly string[];
  readonly page?: string;
}

async function nginx({
  servers = ["listen 80"],
  http = "",
  includes,
  ready = 80,
  start,
  page,
}: Case): Promise<Outcome> {
  const status = page ?? (await pageFor("nginx"));
  const include = "include /tmp/pages/*.conf;\n";
  const { before, after } = includes ?? { before: 1, after: 0 };
  const blocks = servers.map((text) => `server { ${text}; location / { return 200 "app\n"; } }\n`).join("");
  const config = `events {}\nerror_log stderr;\npid /tmp/nginx.pid;\nhttp {\naccess_log off;\n${http}\n${include.repeat(before)}${blocks}${include.repeat(after)}}\n`;
  return serve({
    files: { "/tmp/pages/nginx.conf": status, "/tmp/nginx.conf": config },
    start: start ?? ["exec nginx -c /tmp/nginx.conf -g 'daemon off;'"],
    ready,
    questions: [
      { port: ready, path: "/" },
      { port: ready, path: "/", host: "nobody.example" },
      { port: ready, path: "/", host: "172.17.0.9" },
      { port: ready, path: "/nginx_status", host: "127.0.0.1" },
      { port: portOf(status), path: "/nginx_status", host: "127.0.0.1" },
      { port: portOf(status), path: "/", host: "127.0.0.1" },
      { port: portOf(status), path: "/nginx_status", host: "127.0.0.1" },
      { port: portOf(status), path: "/nginx_status", host: "127.0.0.1", header: "X-Forwarded-For: 192.0.2.1" },
    ],
  });
}

/** The application answers all that is asked on its port, and the page alone what is asked on the page's. */
function expectBoth({ started, log, answers }: Outcome): void {
  expect(started, log).toBe(true);
  for (const answer of answers.slice(0, 4)) expect(answer, log).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\napp\n$/);
  for (const place of [4, 6]) expect(answers[place], log).toMatch(/^HTTP\/1\.1 200 [\s\S]*Active connections: \d+/);
  expect(answers[5], log).toMatch(/^HTTP\/1\.1 403 /);
}

describe("nginx with the page that is made for it starts, and answers everything else as without it:", () => {
  const six = "listen [::]:80 ipv6only=off";
  test.each<[string, Case]>([
    ["a plain listen", {}],
    ["one socket for both families", { servers: [six] }],
    ["the default server of both families", { servers: ["listen 80 default_server; listen [::]:80 default_server"] }],
    ["options of a socket", { servers: ["listen 80 reuseport backlog=64 so_keepalive=on"] }],
    ["one address", { servers: ["listen 127.0.0.1:80"] }],
    ["a range of ports", { servers: ["listen 80; listen 8000-8010"] }],
    ["https and HTTP/2 beside it", { servers: ["listen 80; listen 443 ssl http2; ssl_reject_handshake on"] }],
    ["a socket of the file system", { servers: ["listen 80; listen unix:/tmp/app.sock"] }],
    ["a server that takes every name", { servers: ["listen 80; server_name _"] }],
    ["a server by the container's address", { servers: ["listen 80; server_name 172.17.0.9 nobody.example ''"] }],
    [
      "several servers",
      { servers: ["listen 80; server_name one", "listen 80; server_name two", six.replace("80", "81")] },
    ],
    ["a small table of names", { http: "server_names_hash_bucket_size 32;" }],
    ["the page behind the servers", { servers: [six], includes: { before: 0, after: 1 } }],
    ["the page included twice", { servers: [six], includes: { before: 1, after: 1 } }],
    ["a page of the application at the same path", { http: "map $uri $x { default 1; }" }],
    ["its own rules of access", { servers: ["listen 80; allow all"], http: "deny all; satisfy any;" }],
    ["an answer of its own for all", { servers: ["listen 80; auth_request off"], http: "auth_request /allowed;" }],
    [
      "a limit of requests for all",
      {
        servers: ["listen 80; limit_req zone=app burst=99 nodelay"],
        http: "limit_req_zone $request_uri zone=all:1m rate=1r/m; limit_req_zone $request_uri zone=app:1m rate=99r/s; limit_req zone=all;",
      },
    ],
    [
      "a limit of requests for all that closes the connection",
      {
        servers: ["listen 80; limit_req zone=app burst=99 nodelay"],
        http: "limit_req_zone $request_uri zone=all:1m rate=1r/m; limit_req_zone $request_uri zone=app:1m rate=99r/s; limit_req zone=all; limit_req_status 444;",
      },
    ],
    ["clients' addresses from a header", { http: remoteAddresses }],
    [
      "a password for all",
      { servers: ["listen 80; auth_basic off"], http: 'auth_basic "all"; auth_basic_user_file /dev/null;' },
    ],
  ])("%s", async (_, own) => {
    expectBoth(await nginx(own));
  });
});

test("nginx shows its status to nobody who only says by a header that it is the agent", async () => {
  const page = (await pageFor("nginx")).replaceAll("allow 127.0.0.1", "allow 192.0.2.1");
  const { answers } = await nginx({ http: remoteAddresses, page });
  for (const place of [4, 7]) expect(answers[place]).toMatch(/^HTTP\/1\.1 403 /);
});

test("nginx can have another port and another path for its page", async () => {
  const page = await pageFor("nginx", { STATUS_PORT: "8081", STATUS_PATH: "/basic" });
  expect(portOf(page)).toBe(8081);
  const { answers } = await nginx({ page: page.replace("/basic", "/nginx_status") });
  expect(answers[4]).toContain("Active connections");
  expect(page).toContain("location = /basic {");
});

test("an nginx that can't have the page does not start with it, and does with what is put in its place", async () => {
  const start = [
    // Debian's nginx, without the module.
    "sed 's/stub_status/stab_stutus/g' /usr/sbin/nginx >/tmp/nginx-without && chmod +x /tmp/nginx-without",
    "exec /tmp/nginx-without -c /tmp/nginx.conf -g 'daemon off;'",
  ];
  const refused = await nginx({ start });
  expect(refused.started).toBe(false);
  expect(refused.log).toContain('unknown directive "stub_status"');
  expect((await nginx({ start, page: "# No status page: said why.\n" })).started).toBe(true);
});
