import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { statusSchema, type ContainerRow, type HostReport } from "../../../tools/status/schema";
import { exitCode, exitCodes } from "../../../tools/status/exit-code";
import { reportHost } from "../../../tools/status/report";
import type { StackFileParts } from "../../../tools/status/stack-file-parts";
import { containerId, hostAnswers, now, ownContainers, type Told, type ToldContainer } from "./host-answers";

const id = containerId(1);
const path = `redisdb.d/${id}.yaml`;
const [dd, gen] = ownContainers as [ToldContainer, ToldContainer];
const agent: ToldContainer = { ...dd, networks: { bridge: ["172.17.0.2"], backend: ["172.18.0.2"] } };

/** A Redis container that asks to be watched. */
const cart: ToldContainer = {
  id,
  name: "cart",
  image: "redis:7",
  variables: ["SERVICE=redis"],
  ports: ["6379/tcp"],
  networks: { bridge: ["172.17.0.5"] },
};

const file = 'instances:\n  - host: "172.17.0.5"\n    port: 6379\n    tags:\n      - "project:shop"\n';

/** What a generation 7 agent says that has one instance, and how that fares. */
const agentSays = (
  stats: Record<string, unknown>,
  { address = "172.17.0.5", source = path, check = "redisdb" } = {},
) => ({
  "agent-status": JSON.stringify({ runnerStats: { Checks: { [check]: { [`${check}:1`]: stats } } } }),
  "agent-configcheck": [
    `=== ${check} check ===`,
    `Configuration source: ${source.startsWith("container:") ? source : `file:/etc/datadog-agent/conf.d/${source}`}`,
    `Config for instance ID: ${check}:1`,
    check === "nginx" ? `nginx_status_url: http://${address}:80/nginx_status` : `host: ${address}\nport: 6379`,
    "tags:\n- project:shop\n~\n===\n",
  ].join("\n"),
});
const silentAgent = { "agent-status": "{}", "agent-configcheck": "=== docker check ===\n===\n" };
const well = agentSays({ TotalRuns: 3, MetricSamples: 39, LastError: "" });

const comment = (text: string): Record<string, string> => ({
  "redisdb.d/redisdb.yaml": `instances:\n  # "cart" has no instance: ${text}\n`,
});

function report(
  told: Told,
  integrations = ["docker", "redisdb", "nginx", "postgres"],
  fileParts?: StackFileParts,
): HostReport {
  const { containers = [], ...rest } = told;
  const answers = hostAnswers(7, { agent: silentAgent, ...rest, containers: [agent, gen, ...containers] });
  return reportHost("web-1", { ...answers, integrations, root: "/home/core/datadog", fileParts });
}

function only(told: Told, integrations?: string[], fileParts?: StackFileParts): ContainerRow {
  const { containers } = report(told, integrations, fileParts);
  expect(containers).toHaveLength(1);
  const [row] = containers;
  if (row === undefined) throw new Error("no row");
  return row;
}

const lines = ({ fixes }: ContainerRow): string[] => fixes.map(({ place, line }) => `${place}: ${line}`);

describe("a container that is watched", () => {
  const files = { agentFiles: { [path]: file }, generatedFiles: { [path]: file } };

  test("has its address, tags and result", () => {
    expect(only({ containers: [cart], ...files, agent: well })).toEqual({
      container: "cart",
      service: "redis",
      check: "redisdb",
      recognisedBy: "variable SERVICE",
      watch: "watched",
      instance: "172.17.0.5:6379",
      tags: ["project:shop"],
      collected: "39 samples, 3 runs",
      error: "",
      since: null,
      reason: null,
      why: "",
      fixes: [],
    });
  });

  test("waits for its first run", () => {
    expect(only({ containers: [cart], ...files, agent: agentSays({ TotalRuns: 0 }) }).watch).toBe("waiting");
  });

  test("fails since its last success, or since its config was written if there was none", () => {
    const error = '[{"message": "odd"}]';
    const since = (stats: Record<string, unknown>) =>
      only({ containers: [cart], ...files, age: 90, agent: agentSays({ TotalRuns: 2, LastError: error, ...stats }) });
    const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000", "");
    expect(since({ LastSuccessDate: now - 600 })).toMatchObject({
      watch: "failing",
      since: time(now - 600),
      error: "odd",
      reason: "check-fails",
    });
    expect(since({ LastSuccessDate: 0 }).since).toBe(time(now - 90));
  });

  test.each([
    ["changed just now", 5, "watched", [], 0],
    ["changed long ago", 4000, "watched", ["host: docker restart dd-agent"], 1],
  ])("by a config that %s has not been read", (_, age, watch, fixes, problems) => {
    const newest = { [path]: file.replace("172.17.0.5", "172.17.0.9") };
    const told = { containers: [cart], generatedFiles: newest, agentFiles: newest, age, agent: well };
    const row = only(told);
    expect(row).toMatchObject({ watch, reason: "not-read" });
    expect(lines(row)).toEqual(fixes);
    expect(report(told).problems).toHaveLength(problems);
  });

  test("by its own labels is reported as such", () => {
    const labels = { "com.datadoghq.ad.instances": "[{}]" };
    const by = { source: `container:docker://${id}` };
    const said = comment("the agent runs this check by itself, as the container's com.datadoghq.ad labels ask.");
    const row = only({
      containers: [{ ...cart, labels }],
      generatedFiles: said,
      agent: agentSays({ TotalRuns: 3, MetricSamples: 9 }, by),
    });
    expect(row).toMatchObject({ watch: "watched", reason: "own-discovery" });
  });

  test("is not, if its check ends without an error and without a sample", () => {
    const told = { containers: [cart], ...files, agent: agentSays({ TotalRuns: 3, MetricSamples: 0 }) };
    const row = only(told);
    expect([row.watch, row.reason]).toEqual(["failing", "collects-nothing"]);
    expect(exitCode([report(told)])).toBe(exitCodes.somethingWrong);
    expect(only({ ...told, agent: agentSays({ TotalRuns: 0 }) }).watch).toBe("waiting");
  });

  test("is not watched by its own labels if the agent excludes it; a remark reports it", () => {
    const by = { check: "openmetrics", source: `container:docker://${id}` };
    const ordered = agentSays({ TotalRuns: 0 }, by);
    const told = (configcheck: string) =>
      report({ containers: [{ id, name: "page" }], agent: { ...ordered, "agent-configcheck": configcheck } });
    const shown = ordered["agent-configcheck"];
    expect(told(shown).instances).toHaveLength(1);
    const exclusion =
      "This configuration matched a metrics container-exclusion rule, so it will not be run by the Agent";
    const { instances, unknown, remarks } = told(shown.replace(/===\s*$/, `${exclusion}\n===\n`));
    expect([instances, unknown]).toEqual([[], 1]);
    expect(remarks).toEqual([expect.stringMatching(/: "page" orders openmetrics by com\.datadoghq\.ad labels, which/)]);
  });

  test("by two instances at one address is reported", () => {
    const twice = {
      ...well,
      "agent-configcheck": `${well["agent-configcheck"]}\n${well["agent-configcheck"].replaceAll("redisdb:1", "redisdb:2")}`,
    };
    const { containers } = report({ containers: [cart], ...files, agent: twice });
    expect(containers.map(({ watch, reason }) => [watch, reason])).toEqual([
      ["failing", "duplicate"],
      ["failing", "duplicate"],
    ]);
  });

  test("by a check of its labels that no integration is for", () => {
    const said = agentSays({ TotalRuns: 1, MetricSamples: 1 }, { check: "gitlab", source: `container:docker://${id}` });
    const { containers, unknown } = report({ containers: [{ id, name: "page" }], agent: said });
    expect(containers).toMatchObject([{ container: "page", service: "", check: "gitlab", watch: "watched" }]);
    expect(unknown).toBe(0);
  });
});

describe("an error", () => {
  const errorOf = (error: string, container: ToldContainer, check = "redisdb"): ContainerRow => {
    const source = `${check}.d/${id}.yaml`;
    const stats = { TotalRuns: 2, LastError: JSON.stringify([{ message: error }]) };
    return only({ containers: [container], agent: agentSays(stats, { check, source }) });
  };
  const web: ToldContainer = { ...cart, name: "web", variables: ["SERVICE=nginx"], ports: ["80/tcp"] };
  const generated = "/home/core/datadog/generated/nginx/web";
  const page = [
    `host: mkdir -p ${generated}`,
    `container: --label datadog-hosts.status-page=nginx --volume ${generated}:/etc/nginx/conf.d/datadog:ro`,
    "server: include /etc/nginx/conf.d/datadog/*.conf;",
  ];
  const url = "for url: http://172.17.0.5:80/nginx_status";

  test.each([
    ["a missing page", `404 Client Error: Not Found ${url}`, "status-page-missing", page],
    ["a forbidden page", `403 Client Error: Forbidden ${url}`, "status-page-forbidden", page],
    ["a page that wants a password", `401 Client Error: Unauthorized ${url}`, "status-page-forbidden", page],
  ])("is %s", (_, error, reason, fixes) => {
    const row = errorOf(error, web, "nginx");
    expect(row.reason).toBe(reason);
    expect(lines(row)).toEqual(fixes);
  });

  test("gives the whole line, whatever the container's name is", () => {
    const [, line] = lines(errorOf(`404 Client Error: Not Found ${url}`, { ...web, name: "token-web" }, "nginx"));
    expect(line).toContain("/generated/nginx/token-web:/etc/nginx/conf.d/datadog:ro");
  });

  test("of a page that is generated already needs no second one", () => {
    const labels = { "datadog-hosts.status-page": " NGINX" };
    expect(lines(errorOf(`404 Client Error: Not Found ${url}`, { ...web, labels }, "nginx"))).toEqual([]);
  });

  test.each([
    ["NOAUTH Authentication required."],
    ["WRONGPASS invalid username-password pair or user is disabled."],
    ["invalid password"],
    ["ERR Client sent AUTH, but no password is set: AUTH called without any password configured"],
  ])("is a refused login at Redis: %s", (error) => {
    const row = errorOf(error, cart);
    expect(row.reason).toBe("login-refused");
    expect(lines(row)).toEqual(["container: --label datadog-hosts.connection=0,PASSWORD"]);
  });

  test.each([
    [
      'connection to server at "172.17.0.5", port 5432 failed: FATAL:  password authentication failed for user "datadog"',
    ],
    ['FATAL:  role "datadog" does not exist'],
    ["fe_sendauth: no password supplied"],
  ])("is a refused login at PostgreSQL: %s", (error) => {
    const row = errorOf(error, { ...cart, variables: ["SERVICE=postgres"] }, "postgres");
    expect(row.reason).toBe("login-refused");
    expect(lines(row)).toEqual(["container: --label datadog-hosts.connection=USER,PASSWORD"]);
  });

  test("is PostgreSQL's that takes no connection from the agent's address, which no password changes", () => {
    const error = (names: string) => `FATAL:  no pg_hba.conf entry for host "172.17.0.2", ${names}, no encryption`;
    const fixes = (names: string) =>
      lines(errorOf(error(names), { ...cart, variables: ["SERVICE=postgres"] }, "postgres"));
    expect(fixes('user "datadog", database "postgres"')).toEqual([
      "server: host postgres datadog samenet scram-sha-256",
    ]);
    expect(fixes('user "$(reboot)", database "x y"')).toEqual(["server: host DATABASE USER samenet scram-sha-256"]);
  });

  test.each<[string, Partial<ToldContainer>, string]>([
    ["a variable", { variables: ["SERVICE=redis", "PASSWORD_FILE=x"] }, "NAME"],
    ["a variable for it alone", { variables: ["SERVICE=redis", "PASSWORD_FILE_REDISDB=x"] }, "NAME"],
    ["a label", { labels: { "datadog-hosts.password-file": "cart" } }, "cart"],
    ["a label by the service's other name", { labels: { "datadog-hosts.redisdb.password-file": "cart" } }, "cart"],
  ])("is a refused login with a password file by %s, beside which no other password counts", (_, declared, name) => {
    expect(lines(errorOf("WRONGPASS", { ...cart, ...declared }))).toEqual([
      `host: (umask 077; cat >/home/core/datadog/config/secrets/${name}) # type the password, Enter, Ctrl-D`,
    ]);
  });

  test.each([
    ["etcd", "401 Client Error: Unauthorized"],
    ["redisdb", "404 Client Error: Not Found"],
  ])("of the check %s gets no line with a value that it does not read: %s", (check, error) => {
    const service = check === "redisdb" ? "redis" : check;
    expect(lines(errorOf(error, { ...cart, variables: [`SERVICE=${service}`] }, check))).toEqual([]);
  });

  test.each([
    ["host", "timed out", true],
    ["host", "Connection refused", false],
    ["bridge", "timed out", false],
  ])(
    "is silence, which a macvlan network explains for an agent on the network %s only: %s",
    (network, error, explains) => {
      const stats = { TotalRuns: 2, LastError: JSON.stringify([{ message: error }]) };
      const own = { ...agent, networkMode: network, networks: { [network]: [] } };
      const answers = hostAnswers(7, { agent: agentSays(stats), containers: [own, gen, cart] });
      const { containers } = reportHost("web-1", {
        ...answers,
        integrations: ["redisdb"],
        root: "/r",
        fileParts: undefined,
      });
      expect(containers[0]?.reason).toBe("no-answer");
      expect(containers[0]?.why.includes("macvlan")).toBe(explains);
    },
  );

  const caused = (by: string) =>
    `HTTPSConnectionPool(host='172.17.0.5', port=443): Max retries exceeded with url: /nginx_status (Caused by SSLError(${by}))`;
  const untrusted = "SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed";
  const hint = (line: string): string[] => [`container: --label datadog-hosts.${line}`];
  const accepted = hint("verify-tls=false");

  // As the libraries of Datadog's checks and the servers say it.
  test.each<[string, string, string, string, string[]]>([
    [
      "nginx",
      "an authority that it does not know",
      caused(`${untrusted}: self-signed certificate (_ssl.c:1007)')`),
      "certificate-refused",
      accepted,
    ],
    [
      "nginx",
      "a certificate for a name",
      caused(`${untrusted}: IP address mismatch, certificate is not valid for '172.17.0.5'. (_ssl.c:1007)')`),
      "certificate-refused",
      accepted,
    ],
    [
      "redis",
      "an authority that it does not know",
      "Error 1 connecting to 172.17.0.5:6379. [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
      "certificate-refused",
      accepted,
    ],
    [
      "postgres",
      "an authority that it does not know",
      'connection to server at "172.17.0.5", port 5432 failed: SSL error: certificate verify failed',
      "certificate-refused",
      accepted,
    ],
    [
      "etcd",
      "an agent without a certificate",
      caused("SSLError(1, '[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:2578)')"),
      "certificate-refused",
      [],
    ],
    [
      "nginx",
      "https in the clear",
      caused("SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1007)')"),
      "wrong-protocol",
      hint("scheme=http"),
    ],
    [
      "redis",
      "TLS in the clear",
      "Error 1 connecting to 172.17.0.5:6379. [SSL] record layer failure (_ssl.c:1000).",
      "wrong-protocol",
      hint("tls=false"),
    ],
    [
      "postgres",
      "TLS in the clear",
      "server does not support SSL, but SSL was required",
      "wrong-protocol",
      hint("tls=false"),
    ],
    [
      "nginx",
      "http by TLS",
      "400 Client Error: Bad Request for url: http://172.17.0.5:443/nginx_status",
      "wrong-protocol",
      hint("scheme=https"),
    ],
    [
      "elasticsearch",
      "http by TLS",
      "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
      "wrong-protocol",
      hint("scheme=https"),
    ],
    ["redis", "the clear by TLS", "Connection closed by server.", "wrong-protocol", hint("tls=true")],
    [
      "redis",
      "the clear by TLS",
      "Error while reading from 172.17.0.5:6379 : (104, 'Connection reset by peer')",
      "wrong-protocol",
      hint("tls=true"),
    ],
    [
      "mysql",
      "the clear by TLS",
      "(3159, 'Connections using insecure transport are prohibited while --require_secure_transport=ON.')",
      "wrong-protocol",
      hint("tls=true"),
    ],
    ["memcached", "closing for another reason", "[Errno 104] Connection reset by peer", "wrong-protocol", []],
    [
      "redis",
      "a user without rights",
      "NOPERM this user has no permissions to run the 'info' command",
      "rights-missing",
      [],
    ],
    [
      "mongo",
      "a user without rights",
      "not authorized on admin to execute command { serverStatus: 1 }, full error: {'code': 13}",
      "rights-missing",
      [],
    ],
    ["postgres", "a user without rights", "permission denied for relation pg_stat_statements", "rights-missing", []],
    [
      "mongo",
      "no login at all",
      "command serverStatus requires authentication, full error: {'code': 13}",
      "login-refused",
      hint("connection=USER,PASSWORD"),
    ],
    [
      "memcached",
      "a wrong password",
      "Code: 32 Message: b'Auth failure.' (code 32)",
      "login-refused",
      hint("connection=USER,PASSWORD"),
    ],
    [
      "postgres",
      "a role that may not log in",
      'FATAL:  role "datadog" is not permitted to log in',
      "login-refused",
      hint("connection=USER,PASSWORD"),
    ],
    [
      "mysql",
      "an address that no user may come from",
      "(1130, \"Host '172.17.0.3' is not allowed to connect to this MySQL server\")",
      "login-refused",
      [],
    ],
    [
      "redis",
      "protected mode",
      "DENIED Redis is running in protected mode because protected mode is enabled and no password is set",
      "login-refused",
      ["server: requirepass PASSWORD", ...hint("connection=0,PASSWORD")],
    ],
    [
      "postgres",
      "an unknown database",
      'connection to server at "172.17.0.5", port 5432 failed: FATAL:  database "orders" does not exist',
      "check-fails",
      hint("database=DATABASE"),
    ],
  ])("of %s about %s is told as what it is: %s", (service, _, error, reason, fixes) => {
    const check = ({ redis: "redisdb", memcached: "mcache", elasticsearch: "elastic" } as Record<string, string>)[
      service
    ];
    const row = errorOf(error, { ...cart, variables: [`SERVICE=${service}`] }, check ?? service);
    expect(row.reason).toBe(reason);
    expect(lines(row)).toEqual(fixes);
  });

  test.each([
    ["of a user", ["CONNECTION=datadog,secret"], "rights-missing"],
    ["of nobody", [], "status-page-forbidden"],
  ])("403 to the request %s is told as what it is", (_, login, reason) => {
    const error = "403 Client Error: Forbidden for url: http://172.17.0.5:9200/_nodes/_local/stats";
    const variables = ["SERVICE=elasticsearch", ...login];
    expect(errorOf(error, { ...cart, variables }, "elastic").reason).toBe(reason);
  });

  test("of a connection by TLS that is closed does not suggest TLS", () => {
    const row = errorOf("Connection closed by server.", {
      ...cart,
      variables: ["SERVICE=redis", "CONNECTION_TLS=true"],
    });
    expect([row.reason, lines(row)]).toEqual(["check-fails", []]);
  });

  test.each<[string, string[], string[]]>([
    ["another exposed port", ["7000/tcp"], ["container: --label datadog-hosts.port=7000"]],
    ["no other port", ["6379/tcp"], []],
    ["several others", ["7000/tcp", "7001/tcp"], ["container: --label datadog-hosts.port=PORT"]],
    ["several others beside it", ["6379/tcp", "7000/tcp", "7001/tcp"], []],
  ])("is a silent port, with %s", (_, ports, fixes) => {
    const row = errorOf("Error 111 connecting to 172.17.0.5:6379. Connection refused.", { ...cart, ports });
    expect(row.reason).toBe("no-answer");
    expect(lines(row)).toEqual(fixes);
  });
});

describe("a container that is not watched", () => {
  const ask = "container: --label datadog-hosts.service=redis";

  test.each<[string, Partial<ToldContainer>, string[], string[]]>([
    ["image redis", {}, ["redisdb"], [ask]],
    ["command redis-server", { image: "app:1", command: ["redis-server"] }, ["redisdb"], [ask]],
    ["port 6379", { image: "app:1" }, ["redisdb"], [ask]],
    [
      "label org.opencontainers.image.title redis",
      { image: "a", labels: { "org.opencontainers.image.title": "Redis" } },
      ["redisdb"],
      [ask],
    ],
    ["variable REDIS_VERSION", { image: "a", variables: ["REDIS_VERSION"] }, ["redisdb"], [ask]],
    ["image redis", {}, ["docker", "nginx"], [ask, "stack: datadog-hosts:integrations: [docker, nginx, redisdb]"]],
    ["image redis", { networks: { apart: [] } }, ["redisdb"], [ask, "stack: datadog-hosts:networks: [apart, backend]"]],
  ])("is recognised by its %s", (by, differences, integrations, fixes) => {
    const row = only({ containers: [{ ...cart, variables: [], ...differences }] }, integrations);
    expect(row).toMatchObject({ watch: "unwatched", reason: "does-not-ask", recognisedBy: by, check: "redisdb" });
    expect(lines(row)).toEqual(fixes);
  });

  test.each<[string, Partial<ToldContainer>, Told, string, string[]]>([
    ["misspelt", { variables: ["SERVICE=rediss"] }, {}, "unknown-service", [ask]],
    ["paused", { state: "paused" }, {}, "paused", ["host: docker unpause cart"]],
    ["restarting", { state: "restarting", exitCode: 3 }, {}, "restarting", ["host: docker logs --tail 20 cart"]],
    [
      "apart",
      { networks: { apart: [] }, networkMode: "apart" },
      { generatedFiles: comment("it shares no network with the agent, which is on bridge.") },
      "no-shared-network",
      ["stack: datadog-hosts:networks: [apart, backend]"],
    ],
    [
      "on the host's network",
      { networks: { host: [] }, networkMode: "host" },
      {},
      "no-shared-network",
      ["stack: datadog-hosts:agent: { network: host }"],
    ],
    [
      "on no network",
      { networks: { none: [] }, networkMode: "none" },
      {},
      "no-shared-network",
      ["container: --network backend"],
    ],
    [
      "with a refused value",
      {},
      {
        generatedFiles: comment("its connection looks like a secret handle or a variable of the agent."),
      },
      "refused-value",
      ["container: --label datadog-hosts.connection=FIRST,PASSWORD"],
    ],
    [
      "without a port",
      {},
      {
        generatedFiles: comment(
          "it declares no port (VIRTPORT), does not expose exactly one, and redis has no usual port.",
        ),
      },
      "no-port",
      ["container: --label datadog-hosts.port=PORT"],
    ],
    [
      "with several services",
      { variables: ["SERVICE=redis,redis"] },
      { generatedFiles: comment("its path is longer than 2,000 characters.") },
      "refused-value",
      ["container: --label datadog-hosts.redis.path=/PATH"],
    ],
    [
      "with a value for one service alone",
      { labels: { "datadog-hosts.redis.port": "x" } },
      { generatedFiles: comment("it declares no port.") },
      "no-port",
      ["container: --label datadog-hosts.redis.port=PORT"],
    ],
    [
      "without a web server",
      {},
      {
        generatedFiles: comment("generation 5 of the agent asks a web server for PHP-FPM's pages: declare its scheme."),
      },
      "not-in-generation",
      ["container: --label datadog-hosts.scheme=http", "container: --label datadog-hosts.port=PORT"],
    ],
    ["with a new config", {}, { generatedFiles: { [path]: file }, age: 3 }, "not-read", []],
    ["with a refused config", {}, { generatedFiles: { [path]: file } }, "config-refused", []],
    ["new", { secondsUp: 2 }, {}, "just-started", []],
    ["that the generator overlooks", {}, {}, "generator-behind", ["host: docker restart datadog-gen"]],
  ])("is one %s", (_, differences, told, reason, fixes) => {
    const row = only({ ...told, containers: [{ ...cart, ...differences }] });
    expect(row).toMatchObject({ watch: "unwatched", reason, container: "cart" });
    expect(row.why).not.toBe("");
    expect(lines(row)).toEqual(fixes);
  });

  test.each<[string, Partial<ToldContainer>, string, string[]]>([
    [
      "declared by a variable, and not listed",
      {},
      "the stack does not let it use the password file that it declares (passwordFiles in the stack's settings).",
      [
        "stack: datadog-hosts:passwordFiles: [{ name: orders, containers: [shop-orders-1], network: bridge }, { name: NAME, containers: [cart], network: bridge }]",
        "host: (umask 077; cat >/home/core/datadog/config/secrets/NAME) # type the password, Enter, Ctrl-D",
      ],
    ],
    [
      "listed for another container",
      { labels: { "datadog-hosts.password-file": "orders" } },
      "the stack does not let it use the password file that it declares (passwordFiles in the stack's settings).",
      ["stack: datadog-hosts:passwordFiles: [{ name: orders, containers: [shop-orders-1, cart], network: bridge }]"],
    ],
    [
      "with a name that a shell would run, out of the agent's reach",
      { labels: { "datadog-hosts.password-file": "x$(reboot)" }, networks: { apart: ["172.20.0.5"] } },
      "the stack does not let it use the password file that it declares (passwordFiles in the stack's settings).",
      [
        "stack: datadog-hosts:passwordFiles: [{ name: orders, containers: [shop-orders-1], network: bridge }, { name: NAME, containers: [cart], network: apart }]",
        "stack: datadog-hosts:networks: [apart, backend]",
        "host: (umask 077; cat >/home/core/datadog/config/secrets/NAME) # type the password, Enter, Ctrl-D",
      ],
    ],
    [
      "on another network",
      {},
      "it is not on backend, the network of its password file.",
      ["container: --network backend"],
    ],
    [
      "missing",
      {},
      "its password file cart is missing or empty.",
      ["host: (umask 077; cat >/home/core/datadog/config/secrets/cart) # type the password, Enter, Ctrl-D"],
    ],
  ])("has a password file %s", (_, differences, refusal, fixes) => {
    const passwordFiles = [{ name: "orders", containers: ["shop-orders-1"], network: "bridge" }];
    const told = { generatedFiles: comment(refusal), containers: [{ ...cart, ...differences }] };
    const row = only(told, undefined, { ownKeys: [], passwordFiles });
    expect([row.reason, lines(row)]).toEqual(["password-file", fixes]);
  });

  test("has a line for the host's own entry in the stack's file, if that has the setting", () => {
    const told = { containers: [{ ...cart, networks: { apart: ["172.20.0.5"] } }] };
    const fixes = (ownKeys: string[]) => lines(only(told, ["docker"], { ownKeys, passwordFiles: [] }));
    expect(fixes(["networks"])).toEqual([
      "stack: datadog-hosts:integrations: [docker, redisdb]",
      "entry: networks: [apart, backend]",
    ]);
    expect(fixes(["integrations", "agent"])).toEqual([
      "entry: integrations: [docker, redisdb]",
      "stack: datadog-hosts:networks: [apart, backend]",
    ]);
  });

  test("is asked for by a misspelt name beside another service, which its line keeps", () => {
    const { containers } = report({ containers: [{ ...cart, variables: ["SERVICE=nginx,rediss"] }] });
    const row = containers.find(({ reason }) => reason === "unknown-service");
    expect(row?.fixes).toEqual([{ place: "container", line: "--label datadog-hosts.service=nginx,redis" }]);
  });

  test.each(["redis nginx", "redis;nginx", "Redis + NGINX", "redis|nginx"])(
    "asks for several services without commas between: %s",
    (word) => {
      const { containers } = report({ containers: [{ ...cart, variables: [`SERVICE=${word}`] }] });
      expect(containers.map(({ service }) => service)).toEqual(["redis", "nginx"]);
      for (const row of containers) {
        expect(row).toMatchObject({ reason: "unknown-service" });
        expect(row.why).toMatch(/commas between: redis,nginx$/);
        expect(row.fixes[0]).toEqual({ place: "container", line: "--label datadog-hosts.service=redis,nginx" });
      }
    },
  );

  test.each(["2024", "1e3", "0x1f", "true", "No", "null"])("is on a network whose name YAML misreads: %s", (name) => {
    const [line = ""] = lines(only({ containers: [{ ...cart, networks: { [name]: ["172.20.0.5"] } }] }));
    expect(line).toContain(JSON.stringify(name));
    expect(parse(line.replace("stack: ", ""))).toEqual({ "datadog-hosts:networks": [name, "backend"].sort() });
  });

  test("has lines with what the others' lines list, so that all can be pasted one after the other", () => {
    const on = (network: string, name: string, more: Partial<ToldContainer> = {}): ToldContainer => ({
      ...cart,
      name,
      networks: { [network]: ["172.20.0.5"] },
      ...more,
    });
    const containers = [
      on("east", "a"),
      on("west", "b"),
      on("north", "c", { variables: [] }),
      on("bridge", "d", { variables: ["SERVICE=memcached"] }),
      on("bridge", "e", { variables: ["SERVICE=etcd"] }),
    ];
    const [a, b, c, d, e] = report({ containers }, ["docker", "redisdb"]).containers.map(lines);
    expect([a, b]).toEqual(Array(2).fill(["stack: datadog-hosts:networks: [backend, east, west]"]));
    expect(c?.at(-1)).toBe("stack: datadog-hosts:networks: [backend, east, north, west]");
    expect([d, e]).toEqual(Array(2).fill(["stack: datadog-hosts:integrations: [docker, etcd, mcache, redisdb]"]));
  });

  test("has lines with the others' password files", () => {
    const refusal = "the stack does not let it use the password file that it declares (passwordFiles).";
    const declared = (name: string, file: string): ToldContainer => ({
      ...cart,
      name,
      labels: { "datadog-hosts.password-file": file },
    });
    const containers = [declared("a", "one"), declared("b", "two"), declared("c", "one"), { ...cart, name: "d" }];
    const comments = containers.map(({ name }) => `  # "${name}" has no instance: ${refusal}\n`).join("");
    const told = { containers, generatedFiles: { "redisdb.d/redisdb.yaml": `instances:\n${comments}` } };
    const rows = report(told, undefined, { ownKeys: [], passwordFiles: [] }).containers;
    const line =
      "stack: datadog-hosts:passwordFiles: [{ name: one, containers: [a, c], network: bridge }, { name: two, containers: [b], network: bridge }, { name: NAME, containers: [d], network: bridge }]";
    expect(rows.map((row) => lines(row)[0])).toEqual(Array(4).fill(line));
  });

  test("has a stack that does not list its integration", () => {
    const row = only({ containers: [cart] }, ["docker"]);
    expect(row.reason).toBe("not-listed");
    expect(lines(row)).toEqual(["stack: datadog-hosts:integrations: [docker, redisdb]"]);
  });

  test.each([
    ["agent", [gen], "agent-stopped"],
    ["generator", [agent], "generator-stopped"],
  ])("has a host without %s", (_, own, reason) => {
    const answers = hostAnswers(7, { agent: silentAgent, containers: [...own, cart] });
    expect(reportHost("web-1", answers).containers).toMatchObject([{ reason }]);
  });

  test("is counted only if it is unknown, and not at all if it does not run", () => {
    const others = [
      { id: containerId(3), name: "app", command: ["/app"] },
      { id: containerId(4), name: "gone", state: "exited", image: "redis" },
    ];
    expect(report({ containers: others })).toMatchObject({ containers: [], unknown: 1, problems: [] });
  });

  test("makes a problem only if the generator does not follow", () => {
    expect(report({ containers: [cart] }).problems).toEqual([
      "web-1: cart is not monitored: the generator has not noticed it in 3600 s",
    ]);
    expect(report({ containers: [{ ...cart, variables: [] }] }).problems).toEqual([]);
  });
});

test("generation 5: a service whose check it does not have gets no advice to list it", () => {
  const store = { ...cart, name: "store", variables: ["SERVICE=etcd"] };
  const answers = hostAnswers(5, { agent: { "agent-info": "" }, containers: [agent, gen, store] });
  const { containers, remarks } = reportHost("web-1", { ...answers, integrations: ["redisdb"] });
  expect(containers).toMatchObject([{ watch: "unwatched", reason: "not-in-generation", fixes: [] }]);
  expect(remarks).toEqual(["web-1: store asks for etcd, for which generation 5 of the agent has no check"]);
});

test("generation 5: a container is found by its address", () => {
  const files = { "redisdb.yaml": file };
  const info =
    "  Checks\n    redisdb (1.7.1)\n    ---------------\n      - instance #0 [OK]\n      - Collected 39 metrics\n";
  const told = {
    containers: [agent, gen, cart],
    agentFiles: files,
    generatedFiles: files,
    agent: { "agent-info": info },
  };
  const { containers, instances } = reportHost("web-1", hostAnswers(5, told));
  expect(containers).toMatchObject([{ container: "cart", watch: "watched", collected: "39 samples" }]);
  expect(instances).toMatchObject([{ container: "cart" }]);
});

test("the printed JSON follows the schema", () => {
  const hosts = [
    report({ containers: [cart, { ...cart, id: containerId(2), name: "other", variables: [] }], agent: well }),
    { ...report({}), drift: [{ text: "x", remedy: "y" }] },
  ];
  const document: unknown = JSON.parse(JSON.stringify({ stack: "s", exitCode: 1, hosts }));
  expect(statusSchema.parse(document)).toEqual(document);
});
