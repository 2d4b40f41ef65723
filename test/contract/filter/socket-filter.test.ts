import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { engineSocket } from "../../../infra/names/engine";
import { filterPaths, filterRules } from "../../../infra/rendering/filter-files";
import { ensureServicesImage } from "../../../sandbox/host/services-image";
import { docker, dockerText } from "../../../tools/shared/docker";
import { silent } from "../../../tools/shared/progress";
import { waitFor } from "../../../tools/shared/wait";

const logs = { all: false, declared: false, maxSizeMiB: 10, maxFiles: 3 };

/** The rules of a host: the fewest, those with logs, and those for generation 5 of the agent. */
const rules = {
  usual: filterRules({ logs, agent: { generation: 7 } }),
  logs: filterRules({ logs: { ...logs, declared: true }, agent: { generation: 7 } }),
  "generation 5": filterRules({ logs, agent: { generation: 5 } }),
};
type Host = keyof typeof rules;
const hosts = Object.keys(rules) as Host[];

const label = `datadog-hosts.contract=filter-${randomBytes(4).toString("hex")}`;
const root = mkdtempSync(join(tmpdir(), "filter-"));
const filters = new Map<string, string>();
let watched = "";
let image = "";

/** Sends texts to a filter, each over a connection of its own, and prints the answers: what comes within a second. */
const client = String.raw`
use IO::Socket::UNIX;
my $path = shift;
for my $text (@ARGV) {
  my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path) or die "no filter: $!";
  print $socket $text;
  my $answer = "";
  local $SIG{ALRM} = sub { die };
  eval { alarm 1; 1 while sysread $socket, $answer, 65536, length $answer };
  alarm 0;
  print $answer, "\n#end\n";
}`;

/** The answers of a filter to texts. */
async function say(name: string, texts: readonly string[]): Promise<string[]> {
  const sent = await dockerText(["exec", filters.get(name) ?? "", "perl", "-e", client, filterPaths.socket, ...texts]);
  return sent.split(/\n#end\n?/).slice(0, -1);
}

/** A request as it goes over the wire. `WATCHED` and `IMAGE` stand for a container and its image. */
function wire(request: string, headers: readonly string[] = ["Connection: close"]): string {
  const line = `${request.replace("WATCHED", watched).replace("IMAGE", image)} HTTP/1.1`;
  return [line, "Host: engine", "Content-Length: 0", ...headers].map((each) => `${each}\r\n`).join("") + "\r\n";
}

/** The status of the answer to each request, by request. */
async function statuses(host: Host, requests: readonly string[]): Promise<Record<string, number>> {
  const answers = await say(
    host,
    requests.map((request) => wire(request)),
  );
  return Object.fromEntries(requests.map((request, index) => [request, statusOf(answers[index])]));
}

function statusOf(answer = ""): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1]);
}

/** Starts a filter as the program does, and waits until it answers. */
async function startFilter(name: string, text: string, engineFolder: string): Promise<void> {
  const folder = (part: string): string => {
    const path = join(root, name, part);
    mkdirSync(path, { recursive: true });
    return path;
  };
  writeFileSync(join(folder("config"), "haproxy.cfg"), text);
  const mounts = [
    `${engineFolder}:${engineSocket.folder}:ro`,
    `${folder("config")}:${filterPaths.config}:ro`,
    `${folder("socket")}:${filterPaths.folder}`,
  ].flatMap((mount) => ["--volume", mount]);
  const flags = ["--label", label, "--network", "none", "--user", "root", "--read-only", "--memory", "128m"];
  const rights = ["--cap-drop", "ALL", "--cap-add", "DAC_OVERRIDE", "--security-opt", "no-new-privileges"];
  const command = ["--entrypoint", "haproxy", image, "-db", "-f", filterPaths.configFile];
  filters.set(name, await dockerText(["run", "-d", ...flags, ...rights, ...mounts, ...command]));
  await waitFor("the filter", async () => {
    const answer = await say(name, [wire("GET /_ping")]).catch(() => []);
    return statusOf(answer[0]) === 200;
  });
}

beforeAll(async () => {
  image = await ensureServicesImage(silent);
  watched = await dockerText(["run", "-d", "--label", label, image, "sh", "-c", "echo said; exec sleep 1d"]);
  for (const host of hosts) await startFilter(host, rules[host], engineSocket.hostFolder);
});
afterAll(async () => {
  await docker(["rm", "--force", watched, ...filters.values()], { check: false });
  rmSync(root, { recursive: true, force: true });
});

test.each(hosts)("with the rules of %s, the filter lets through what agent and generator read", async (host) => {
  const readable = [
    "HEAD /_ping",
    "GET /v1.41/version",
    "GET /v1.41/info",
    "GET /containers/json?all=1&size=1",
    "GET /containers/WATCHED/json",
    "GET /v1.41/containers/WATCHED/stats?stream=false&one-shot=true",
    "GET /v1.41/images/json?all=1",
    "GET /images/IMAGE/json",
    "GET /images/IMAGE/history",
    "GET /volumes?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D",
    "GET /networks",
    "GET /networks/bridge",
  ];
  expect(await statuses(host, readable)).toEqual(Object.fromEntries(readable.map((request) => [request, 200])));
});

/** What would change something, run something, or read files or secrets. */
const changes = [
  "POST /containers/create",
  "POST /v1.41/containers/create?name=x",
  "POST /containers/WATCHED/exec",
  "POST /exec/0123456789ab/start",
  "GET /containers/WATCHED/archive?path=/etc/passwd",
  "HEAD /containers/WATCHED/archive?path=/etc/passwd",
  "PUT /containers/WATCHED/archive?path=/",
  "GET /containers/WATCHED/export",
  "GET /containers/WATCHED/attach/ws?stream=1",
  "GET /containers/WATCHED/top",
  "POST /containers/WATCHED/start",
  "POST /containers/WATCHED/stop",
  "POST /containers/WATCHED/kill",
  "POST /containers/WATCHED/kill?signal=1",
  "POST /containers/WATCHED/rename?name=x",
  "DELETE /containers/WATCHED?force=1",
  "POST /build",
  "POST /session",
  "GET /session",
  "GET /secrets",
  "GET /configs",
  "GET /images/IMAGE/get",
  "POST /images/create?fromImage=x",
  "POST /volumes/create",
  "POST /networks/create",
  "POST /containers/json",
];

/** The same in disguise. */
const disguised = [
  "GET /containers/../containers/WATCHED/export",
  "GET /images/a/../../containers/WATCHED/json",
  "GET /containers/WATCHED%2Fexport?/json",
  "GET /containers/WATCHED/export%3F/json",
  "GET //containers/WATCHED/export",
  "GET http://engine/containers/WATCHED/export",
];

test.each(hosts)("with the rules of %s, the filter refuses all other calls", async (host) => {
  const requests = [...changes, ...disguised];
  expect(await statuses(host, requests)).toEqual(Object.fromEntries(requests.map((request) => [request, 403])));
});

describe("the filter", () => {
  test("sends events as they happen", async () => {
    const state = { answered: false };
    const following = say("usual", [wire("GET /events?filters=%7B%22event%22%3A%5B%22rename%22%5D%7D")]).finally(() => {
      state.answered = true;
    });
    // The first ones may come before it listens.
    for (let turn = 0; !state.answered; turn++)
      await docker(["rename", watched, `filter-${watched.slice(0, 12)}-${turn}`]);
    const [answer] = await following;
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(answer).toContain(watched);
  });

  test("lets logs through only where the agent collects them", async () => {
    const request = "GET /containers/WATCHED/logs?stdout=1";
    expect((await say("logs", [wire(request)]))[0]).toMatch(/^HTTP\/1\.1 200[^]*said/);
    expect(await statuses("usual", [request])).toEqual({ [request]: 403 });
  });

  test("lets the signal through that makes the agent of generation 5 reload, and no other", async () => {
    const kill = "POST /containers/dd-agent/kill";
    // The engine itself answers: there is no such container here.
    expect((await say("generation 5", [wire(`${kill}?signal=1`)]))[0]).toMatch(/^HTTP\/1\.1 404[^]*No such container/);
    const others = [kill, `${kill}?signal=9`, `${kill}?signal=1&signal=9`, `${kill}?signal=1&x=y`];
    expect(await statuses("generation 5", others)).toEqual(Object.fromEntries(others.map((other) => [other, 403])));
    expect(await statuses("usual", [`${kill}?signal=1`])).toEqual({ [`${kill}?signal=1`]: 403 });
  });

  test("lets no form name another signal than the address", async () => {
    await startFilter("form", rules["generation 5"].replaceAll("dd-agent", watched), engineSocket.hostFolder);
    const form = "signal=KILL";
    const lines = [
      `POST /containers/${watched}/kill?signal=1 HTTP/1.1`,
      "Host: engine",
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${form.length}`,
      "Connection: close",
    ];
    const [answer] = await say("form", [`${lines.join("\r\n")}\r\n\r\n${form}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 204/);
    expect(await dockerText(["inspect", "--format", "{{.State.Status}}", watched])).toBe("running");
  });

  test("judges each call of a connection", async () => {
    const calls = ["GET /_ping", "POST /containers/create", "GET /_ping"].map((request) => wire(request, []));
    const [answers = ""] = await say("usual", [calls.join("")]);
    expect(answers.match(/HTTP\/1\.1 \d{3}/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 403", "HTTP/1.1 200"]);
  });

  test("does not ask the engine to turn a call into a connection for others", async () => {
    const folder = join(root, "engine");
    mkdirSync(folder);
    const asked: (string | undefined)[] = [];
    const engine = createServer(({ headers }, response) => {
      asked.push(headers.upgrade, headers["http2-settings"]?.toString());
      response.end();
    });
    engine.on("upgrade", ({ headers }, socket) => {
      asked.push(headers.upgrade);
      socket.end();
    });
    await new Promise<void>((resolve) => engine.listen(join(folder, "docker.sock"), resolve));
    try {
      await startFilter("other engine", rules.usual, folder);
      await say("other engine", [
        wire("GET /version", ["Connection: Upgrade", "Upgrade: tcp"]),
        wire("GET /version", ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"]),
      ]);
      expect(asked.length).toBeGreaterThanOrEqual(6);
      expect(asked.filter((header) => header !== undefined)).toEqual([]);
    } finally {
      engine.close();
    }
  });

  test("writes a line for each refused call to its log, and none for others, cut off or not", async () => {
    await say("usual", [wire("GET /events?marked=cut-off", [])]);
    await statuses("usual", ["GET /containers/json?marked=allowed", "POST /containers/create?marked=refused"]);
    const log = await waitFor("the line", async () => {
      const { stdout, stderr } = await docker(["logs", filters.get("usual") ?? ""]);
      return `${stdout}${stderr}`.includes("marked=refused") && `${stdout}${stderr}`;
    });
    expect(log).not.toMatch(/marked=(allowed|cut-off)/);
  });
});
