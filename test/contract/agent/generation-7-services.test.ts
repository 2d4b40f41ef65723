import { beforeAll, describe, it } from "vitest";

import { quote } from "../../../infra/shell";
import { ensureRabbitmqImage } from "../../../sandbox/host/rabbitmq-image";
import { haproxyPassword } from "../../../sandbox/samples/haproxy";
import { guideLines } from "../../../sandbox/samples/guide";
import { phpFpmBehindNginx } from "../../../sandbox/samples/php-fpm";
import { samplesOf } from "../../../sandbox/samples/samples";
import { docker } from "../../../tools/shared/docker";
import { logToStderr } from "../../../tools/shared/progress";
import { waitFor } from "../../../tools/shared/wait";
import { messageOf, type Agent } from "./agent";
import { useLab, type Service } from "./lab";
import { mariadbByTls, postgresByTls } from "./services";

const lab = useLab("7");
const password = "sample-password";
/** HAProxy reads its configuration in UTF-8. */
const oddPassword = "sample-pässwörd-п";
const started: Record<string, Service> = {};

/** A service of the sandbox, by its container's name. */
function service(name: string): Service {
  const found = started[name];
  if (found === undefined) throw new Error(`${name} does not run`);
  return found;
}

/** Starts RabbitMQ with what its page says. */
async function startRabbitmq(): Promise<Service> {
  const image = await ensureRabbitmqImage(logToStderr);
  const commands = guideLines("rabbitmq", 1).map((line) => `${line} --offline`);
  const found = await lab().service("rabbitmq", ["sh", "-ec", [...commands, "exec rabbitmq-server"].join("\n")], {
    image,
  });
  const account = guideLines("rabbitmq", 2, password).join("\n");
  await waitFor(
    "RabbitMQ and its account",
    async () => {
      const wait = "rabbitmqctl await_startup --timeout 60 >/dev/null 2>&1";
      return (await docker(["exec", found.id, "sh", "-ec", `${wait}\n${account}`], { check: false })).status === 0;
    },
    { timeoutMs: 120_000, intervalMs: 1000 },
  );
  return found;
}

beforeAll(async () => {
  for (const { name, command } of samplesOf(7)) {
    if (["blog-comments", "shop-proxy", "shop-php", "shop-config"].includes(name) && started[name] === undefined) {
      const further =
        name === "shop-config" ? (guideLines("etcd", 1)[0] ?? "").split(/ +#/)[0]?.split(" ").slice(1) : [];
      const words = [...command, ...(further ?? [])];
      const withOdd = words.map((word) => word.replace(haproxyPassword, oddPassword));
      started[name] = await lab().service(name, name === "shop-proxy" ? withOdd : words);
    }
  }
  // The lab's network may have any addresses.
  const openToAll = phpFpmBehindNginx.map((word) => word.replace("172.16.0.0/12", "all").replace("deny all;", ""));
  started["php-by-nginx"] = await lab().service("php-by-nginx", openToAll);
  started["rabbitmq"] = await startRabbitmq();
}, 300_000);

/** An agent with one instance of one check, which runs every second. */
async function agentWith(
  check: string,
  instance: Readonly<Record<string, unknown>>,
  mounts: Readonly<Record<string, string>> = {},
): Promise<Agent> {
  const instances = [{ ...instance, tags: ["project:a"], min_collection_interval: 1 }];
  const file = lab().folder({ "conf.yaml": JSON.stringify({ init_config: null, instances }) });
  return lab().agent({ mounts: { ...mounts, [`/etc/datadog-agent/conf.d/${check}.d`]: file.path } });
}

describe.concurrent("agent 7 and the checks of further services", () => {
  it.for<[string, string, (address: string) => Record<string, unknown>, number, string]>([
    [
      "mysql",
      "blog-comments",
      (host) => ({ host, port: 3306, username: "datadog", password }),
      15,
      "mysql.performance.threads_connected",
    ],
    [
      "haproxy",
      "shop-proxy",
      (host) => ({
        url: `http://${host}:8404/stats`,
        username: "datadog",
        password: oddPassword,
        use_legacy_auth_encoding: false,
      }),
      10,
      "haproxy.frontend.session.current",
    ],
    [
      "openmetrics",
      "shop-proxy",
      (host) => ({ openmetrics_endpoint: `http://${host}:8404/metrics`, metrics: ["^haproxy_process_.*$"] }),
      10,
      "haproxy_process_max_connections",
    ],
    [
      "http_check",
      "shop-proxy",
      (host) => ({ name: "site", url: `http://${host}:80/`, check_certificate_expiration: false }),
      3,
      "network.http.can_connect",
    ],
    ["tcp_check", "shop-proxy", (host) => ({ name: "site", host, port: 80 }), 1, "network.tcp.can_connect"],
    [
      "tls",
      "shop-proxy",
      (host) => ({ server: host, port: 443, server_hostname: "shop.example", tls_verify: false }),
      2,
      "tls.days_left",
    ],
    [
      "php_fpm",
      "shop-php",
      (host) => ({ status_url: `http://${host}:9000/status`, ping_url: `http://${host}:9000/ping`, use_fastcgi: true }),
      7,
      "php_fpm.processes.idle",
    ],
    [
      "php_fpm",
      "php-by-nginx",
      (host) => ({ status_url: `http://${host}/status`, ping_url: `http://${host}/ping`, use_fastcgi: false }),
      7,
      "php_fpm.processes.idle",
    ],
    [
      "etcd",
      "shop-config",
      (host) => ({ prometheus_url: `http://${host}:2381/metrics` }),
      10,
      "etcd.server.has_leader",
    ],
    [
      "rabbitmq",
      "rabbitmq",
      (host) => ({ rabbitmq_api_url: `http://${host}:15672/api/`, username: "datadog", password }),
      8,
      "rabbitmq.node.mem_used",
    ],
  ])("%s collects, as its page says", async ([check, name, instance, least, metric], { expect }) => {
    const agent = await agentWith(check, instance(service(name).address));
    expect((await agent.hasSucceeded(check)).MetricSamples).toBeGreaterThanOrEqual(least);
    const series = await lab().record.until(agent.hostname, metric, (all) => all.find((one) => one.metric === metric));
    expect(series.tags).toContain("project:a");
  });

  it.for<[string, Record<string, unknown>, RegExp]>([
    ["a wrong password", { password: "wrong" }, /1045.*Access denied for user/],
    ["a port where nobody listens", { port: 1 }, /2003.*Can't connect to MySQL server/],
  ])("mysql says what is wrong: %s", async ([, options, message], { expect }) => {
    const right = { host: service("blog-comments").address, port: 3306, username: "datadog", password };
    const agent = await agentWith("mysql", { ...right, ...options });
    const [stats] = await agent.hasRun("mysql", 1, 2);
    expect(stats === undefined ? "" : messageOf(stats)).toMatch(message);
  });

  it("mysql connects by TLS, and accepts no certificate that it can't verify unless told to", async ({ expect }) => {
    const server = await mariadbByTls(lab());
    const login = { host: server.address, port: 3306, username: "tls", password: "pw" };
    const trusted = lab().folder({ "authority.pem": server.authority, "other.pem": server.otherAuthority }).path;
    const verifying = (file: string): Promise<Agent> =>
      agentWith("mysql", { ...login, ssl: { check_hostname: false, ca: `/trusted/${file}` } }, { "/trusted": trusted });
    expect(
      (await (await agentWith("mysql", { ...login, ssl: { check_hostname: false } })).hasSucceeded("mysql"))
        .MetricSamples,
    ).toBeGreaterThan(10);
    // The name in the certificate is not the address.
    await (await verifying("authority.pem")).hasSucceeded("mysql");
    const [refused] = await (await verifying("other.pem")).hasRun("mysql", 1, 2);
    expect(refused === undefined ? "" : messageOf(refused)).toMatch(/2003.*certificate verify failed/);
    const [without] = await (await agentWith("mysql", login)).hasRun("mysql", 1, 2);
    expect(without === undefined ? "" : messageOf(without)).toMatch(/1045.*Access denied/);
  });

  it("redisdb connects by TLS as a user, and accepts no certificate that nobody has signed unless told to", async ({
    expect,
  }) => {
    const user = (guideLines("redisdb", 1, password)[0] ?? "")
      .replace("ACL SETUSER ", "")
      .split(" ")
      .map(quote)
      .join(" ");
    const server = [
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=a -keyout /tmp/key.pem -out /tmp/cert.pem 2>/dev/null",
      "exec redis-server --save '' --bind 0.0.0.0 --port 0 --tls-port 6379 --tls-auth-clients no --tls-cert-file /tmp/cert.pem --tls-key-file /tmp/key.pem --tls-ca-cert-file /tmp/cert.pem \\",
      `  --user default off --user ${user}`,
    ].join("\n");
    const { address } = await lab().service("tls-redis", ["sh", "-c", server]);
    const login = { host: address, port: 6379, username: "datadog", password };
    const accepting = await agentWith("redisdb", { ...login, ssl: true, ssl_cert_reqs: 0 });
    expect((await accepting.hasSucceeded("redisdb")).MetricSamples).toBeGreaterThan(5);
    const verifying = await agentWith("redisdb", { ...login, ssl: true, ssl_cert_reqs: 2 });
    const [refused] = await verifying.hasRun("redisdb", 1);
    expect(refused === undefined ? "" : messageOf(refused)).toContain("CERTIFICATE_VERIFY_FAILED");
    const plain = await agentWith("redisdb", login);
    const [without] = await plain.hasRun("redisdb", 1);
    expect(without?.LastError).not.toBe("");
  });

  it("postgres connects by TLS, and accepts no certificate that it can't verify unless told to", async ({ expect }) => {
    const server = await postgresByTls(lab());
    const login = { host: server.address, port: 5432, username: "postgres", password: "secret" };
    const trusted = "/etc/ssl/certs/ca-certificates.crt";
    const verifying = async (certificate: string): Promise<Agent> => {
      const verified = { ...login, ssl: "verify-ca", ssl_root_cert: trusted };
      const file = lab().folder({ "ca-certificates.crt": certificate });
      return agentWith("postgres", verified, { [trusted]: `${file.path}/ca-certificates.crt` });
    };
    const accepting = await agentWith("postgres", { ...login, ssl: "require" });
    expect((await accepting.hasSucceeded("postgres")).MetricSamples).toBeGreaterThan(10);
    // The name in the certificate is not the address.
    await (await verifying(server.certificate)).hasSucceeded("postgres");
    const [refused] = await (await verifying(server.otherCertificate)).hasRun("postgres", 1, 2);
    expect(refused === undefined ? "" : messageOf(refused)).toContain("certificate verify failed");
    const plain = await agentWith("postgres", { ...login, ssl: "disable" });
    const [without] = await plain.hasRun("postgres", 1, 2);
    expect(without === undefined ? "" : messageOf(without)).toContain("no pg_hba.conf entry");
  });
});
