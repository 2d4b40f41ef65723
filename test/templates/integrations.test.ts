import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { containerFixture } from "./harness";
import { renderConfigs, type Instance, type TemplateSettings } from "./render-configs";

type Options = Omit<Parameters<typeof containerFixture>[0], "name">;

const tags = ["project:shop", "environment:staging"];

/** The instances that one container gets from one check. */
async function instances(check: string, service: string, options: Options, settings?: TemplateSettings): Promise<Instance[] | undefined> {
  const container = containerFixture({ name: "web", ...options, env: { SERVICE: service, ...options.env } });
  return (await renderConfigs([container], settings)).instances(check);
}

describe("nginx and Apache", () => {
  test.each<[string, string, string, Options, string]>([
    ["nginx", "nginx_status_url", "the usual place", {}, "http://172.17.0.2:80/nginx_status"],
    ["nginx", "nginx_status_url", "the exposed port", { exposedPorts: [8080] }, "http://172.17.0.2:8080/nginx_status"],
    ["nginx", "nginx_status_url", "another path", { env: { STATUS_PATH: "/basic" } }, "http://172.17.0.2:80/basic"],
    ["nginx", "nginx_status_url", "no path that is none", { env: { STATUS_PATH: "x\n- y" } }, "http://172.17.0.2:80/nginx_status"],
    ["nginx", "nginx_status_url", "https", { labels: { "datadog-hosts.scheme": "https" } }, "https://172.17.0.2:80/nginx_status"],
    ["nginx", "nginx_status_url", "no scheme that is none", { env: { STATUS_SCHEME: "file" } }, "http://172.17.0.2:80/nginx_status"],
    ["nginx", "nginx_status_url", "an IPv6 address", { networks: { bridge: { ipv6: "2001:db8::5" } } }, "http://[2001:db8::5]:80/nginx_status"],
    ["apache", "apache_status_url", "the usual place", {}, "http://172.17.0.2:80/server-status?auto"],
    ["apache", "apache_status_url", "another path", { env: { STATUS_PATH: "/s" } }, "http://172.17.0.2:80/s?auto"],
  ])("%s: %s is %s", async (check, key, _, options, url) => {
    expect(await instances(check, check, options)).toEqual([{ [key]: url, skip_proxy: true, allow_redirects: false, tags }]);
  });

  test.each([
    ["nginx", 7, true],
    ["nginx", 5, true],
    ["apache", 7, true],
    ["apache", 5, undefined],
  ] as const)("%s with generation %s is asked past the proxy, where its check would take one: %s", async (check, generation, skips) => {
    const [instance] = (await instances(check, check, {}, { generation })) ?? [];
    expect(instance?.["skip_proxy"]).toBe(skips);
  });

  test.each([
    ["nginx", 7, false],
    ["apache", 7, false],
    // Their checks know no such option.
    ["nginx", 5, undefined],
    ["apache", 5, undefined],
  ] as const)("%s with generation %s follows no redirect, where its check can be told: %s", async (check, generation, follows) => {
    const [instance] = (await instances(check, check, {}, { generation })) ?? [];
    expect(instance?.["allow_redirects"]).toBe(follows);
  });

  test.each<[string, 5 | 7, Instance]>([
    ["nginx", 7, { tls_verify: false }],
    ["nginx", 5, { ssl_validation: false }],
    ["apache", 7, { tls_verify: false }],
    ["apache", 5, { disable_ssl_validation: true }],
  ])("%s with generation %s is told in its own words not to verify a certificate", async (check, generation, expected) => {
    const found = await instances(check, check, { env: { STATUS_VERIFY_TLS: "false" } }, { generation });
    expect(found).toMatchObject([expected]);
  });
});

describe("memcached and PostgreSQL", () => {
  test("memcached", async () => {
    expect(await instances("mcache", "memcached", {})).toEqual([{ url: "172.17.0.2", port: 11211, tags }]);
  });

  // By these forms their libraries tell an IPv6 address from its port (python-binary-memcached, python-memcached, urllib).
  test.each<[string, string, 5 | 7, Instance]>([
    ["mcache", "memcached", 7, { url: "[2001:db8::5]", port: 11211 }],
    ["mcache", "memcached", 5, { url: "inet6:[2001:db8::5]", port: 11211 }],
    ["tls", "tls", 7, { server: "[2001:db8::5]", port: 443 }],
    ["tcp_check", "tcp", 7, { host: "2001:db8::5", port: 25 }],
    ["redisdb", "redis", 7, { host: "2001:db8::5", port: 6379 }],
    ["php_fpm", "php-fpm", 7, { status_url: "http://[2001:db8::5]:9000/status" }],
  ])("%s (SERVICE=%s) in generation %i has an IPv6 address in its check's own form: %j", async (check, service, generation, expected) => {
    const options = { networks: { bridge: { ipv6: "2001:db8::5" } }, exposedPorts: service === "tcp" ? [25] : [] };
    expect(await instances(check, service, options, { generation })).toMatchObject([expected]);
  });

  test.each<[string, Options, Instance]>([
    ["that says nothing", {}, { username: "datadog", dbname: "postgres" }],
    ["with user and password", { env: { CONNECTION: "watch,a,b" } }, { username: "watch", password: "a,b", dbname: "postgres" }],
    ["with a database", { env: { POSTGRES_DB: "orders" } }, { username: "datadog", dbname: "orders" }],
  ])("PostgreSQL %s", async (_, options, expected) => {
    expect(await instances("postgres", "postgres", options)).toEqual([{ host: "172.17.0.2", port: 5432, ...expected, tags }]);
  });
});

describe("a service that the agent logs in to", () => {
  const login = { env: { CONNECTION: "watch,a,b" } };

  test.each<[string, string, 5 | 7, Options, Instance]>([
    ["mysql", "mariadb", 7, login, { host: "172.17.0.2", port: 3306, username: "watch", password: "a,b" }],
    ["mysql", "mysql", 5, login, { server: "172.17.0.2", port: 3306, user: "watch", pass: "a,b" }],
    ["mysql", "mysql", 7, {}, { host: "172.17.0.2", port: 3306, username: "datadog" }],
    ["mysql", "mysql", 7, { networks: { bridge: { ipv6: "2001:db8::5" } } }, { host: "2001:db8::5", port: 3306, username: "datadog" }],
    ["rabbitmq", "rabbitmq", 7, { ...login, exposedPorts: [5672, 15672] }, { rabbitmq_api_url: "http://172.17.0.2:15672/api/", username: "watch", password: "a,b", skip_proxy: true, allow_redirects: false }],
    ["rabbitmq", "rabbitmq", 5, login, { rabbitmq_api_url: "http://172.17.0.2:15672/api/", rabbitmq_user: "watch", rabbitmq_pass: "a,b", no_proxy: true }],
    ["rabbitmq", "rabbitmq", 5, { env: { STATUS_VERIFY_TLS: "false" } }, { rabbitmq_api_url: "http://172.17.0.2:15672/api/", rabbitmq_user: "datadog", no_proxy: true, ssl_verify: false }],
    ["haproxy", "haproxy", 7, login, { url: "http://172.17.0.2:8404/stats", username: "watch", password: "a,b", use_legacy_auth_encoding: false, skip_proxy: true, allow_redirects: false }],
    ["haproxy", "haproxy", 5, { env: { STATUS_PATH: "/admin", STATUS_VERIFY_TLS: "false" } }, { url: "http://172.17.0.2:8404/admin", disable_ssl_validation: true }],
    ["elastic", "elasticsearch", 7, {}, { url: "http://172.17.0.2:9200", skip_proxy: true, allow_redirects: false }],
    ["elastic", "opensearch", 5, { env: { CONNECTION: "watch,pw", STATUS_SCHEME: "https", STATUS_VERIFY_TLS: "false" } }, { url: "https://172.17.0.2:9200", username: "watch", password: "pw", ssl_verify: false }],
    ["mcache", "memcached", 7, login, { url: "172.17.0.2", port: 11211, username: "watch", password: "a,b" }],
    ["mcache", "memcached", 5, login, { url: "172.17.0.2", port: 11211 }],
    ["mongo", "mongodb", 7, login, { hosts: ["172.17.0.2:27017"], username: "watch", password: "a,b" }],
    ["mongo", "mongo", 7, { networks: { bridge: { ipv6: "2001:db8::5" } } }, { hosts: ["[2001:db8::5]:27017"] }],
    ["kafka_consumer", "kafka", 7, {}, { kafka_connect_str: ["172.17.0.2:9092"], monitor_unlisted_consumer_groups: true }],
    ["kafka_consumer", "kafka", 7, login, { kafka_connect_str: ["172.17.0.2:9092"], monitor_unlisted_consumer_groups: true, security_protocol: "SASL_PLAINTEXT", sasl_mechanism: "PLAIN", sasl_plain_username: "watch", sasl_plain_password: "a,b" }],
  ])("%s (SERVICE=%s), generation %i: %j", async (check, service, generation, options, expected) => {
    expect(await instances(check, service, options, { generation })).toEqual([{ ...expected, tags }]);
  });

  test("has its password in UTF-8 over HTTP, and a comment says that MySQL's check can't send it", async () => {
    const container = (name: string, service: string, password: string) =>
      containerFixture({ name, env: { SERVICE: service, CONNECTION: `watch,${password}` } });
    const containers = ["haproxy", "elasticsearch", "mysql"].map((service) => container(service, service, "pä\"п'"));
    const { files, instances: found } = await renderConfigs([...containers, container("plain", "mysql", "p~ ! ")]);
    const login = { username: "watch", password: "pä\"п'" };
    for (const check of ["haproxy", "elastic"]) expect(found(check)).toMatchObject([{ ...login, use_legacy_auth_encoding: false }]);
    expect(found("mysql")).toMatchObject([login, { password: "p~ !" }]);
    const remarks = Object.values(files).join("").match(/^ {2}# .* has a password with other characters than those of ASCII: .*$/gm);
    expect(remarks).toEqual([expect.stringMatching(/^ {2}# "mysql" has a password/)]);
    // Generation 5 can send none of them.
    const older = await renderConfigs([...containers, container("rabbitmq", "rabbitmq", "п")], { generation: 5 });
    const texts = Object.values(older.files).join("");
    for (const name of ["haproxy", "elasticsearch", "mysql", "rabbitmq"]) expect(texts).toContain(`\n  # "${name}" has a password with other characters`);
  });

  test("is asked by TLS if the container says so, and its certificate is verified unless the container says otherwise", async () => {
    const env = { CONNECTION: "watch,pw", CONNECTION_TLS: "true" };
    const containers = ["mysql", "mongo", "kafka"].flatMap((service) => [
      containerFixture({ name: `${service}-1`, env: { ...env, SERVICE: service } }),
      containerFixture({ name: `${service}-2`, env: { ...env, SERVICE: service, STATUS_VERIFY_TLS: "false" } }),
    ]);
    const { instances: found } = await renderConfigs(containers);
    const trusted = "/etc/ssl/certs/ca-certificates.crt";
    expect(found("mysql")).toMatchObject([{ ssl: { check_hostname: false, ca: trusted } }, { ssl: { check_hostname: false } }]);
    expect(found("mysql")?.[1]?.["ssl"]).toEqual({ check_hostname: false });
    const mongo = { tls: true, tls_allow_invalid_hostnames: true };
    expect(found("mongo")).toMatchObject([mongo, { ...mongo, tls_allow_invalid_certificates: true }]);
    expect(found("mongo")?.[0]).not.toHaveProperty("tls_allow_invalid_certificates");
    const kafka = { security_protocol: "SASL_SSL", sasl_plain_username: "watch", sasl_plain_password: "pw", tls_validate_hostname: false };
    expect(found("kafka_consumer")).toMatchObject([{ ...kafka, tls_ca_cert: trusted }, { ...kafka, tls_verify: false }]);
  });

  test("gets no instance from what holds a password in the place of the user, and a comment says so without it", async () => {
    const said = { address: "scheme://watch:hidden@db/shop", colon: "watch:hidden", semicolon: "watch;hidden", blank: "watch hidden", pairs: "user=watch password=hidden", "colon-in-password": "watch,hid:den" };
    const containers = ["mysql", "postgres", "rabbitmq", "haproxy", "elasticsearch", "mongo", "kafka", "memcached"].flatMap((service) =>
      Object.entries(said).map(([name, connection]) => containerFixture({ name: `${service}-${name}`, env: { SERVICE: service, CONNECTION: connection } })),
    );
    containers.push(containerFixture({ name: "username", env: { SERVICE: "redis", CONNECTION_USERNAME: said.address } }));
    containers.push(containerFixture({ name: "both", env: { SERVICE: "redis", CONNECTION_USERNAME: said.colon } }));
    containers.push(containerFixture({ name: "database", env: { SERVICE: "postgres", POSTGRES_DB: said.address } }));
    containers.push(containerFixture({ name: "app", env: { SERVICE: "memcached", POSTGRES_DB: said.address } }));
    containers.push(containerFixture({ name: "odd-user", env: { SERVICE: "redis", CONNECTION_USERNAME: "a:b", CONNECTION: "0,pw" } }));
    const text = Object.values((await renderConfigs(containers)).files).join("\n");
    expect(text).toMatch(/^ {2}# "both" has no instance: its username looks like USER:PASSWORD/m);
    expect(text).toMatch(/^ {2}# "database" has no instance: its database looks like an address\.$/m);
    expect(text).toMatch(/container "app"/);
    expect(text).toMatch(/username: "a:b"/);
    expect(text).toMatch(/^ {2}# "username" has no instance: its username looks like an address\.$/m);
    expect(text.match(/^ {2}# "[a-z]+-(address|colon|semicolon|blank|pairs)" has no instance: its connection is not of the form USER,PASSWORD/gm)).toHaveLength(40);
    expect(text.match(/"hid:den"/g)).toHaveLength(8);
    expect(text).not.toContain("hidden");
  });

  test.each(["mysql", "rabbitmq", "haproxy", "elasticsearch", "mongo", "kafka"])("%s takes the password from a file that the stack binds to its container", async (service) => {
    const container = containerFixture({ name: "db", env: { SERVICE: service, CONNECTION_USERNAME: "watch", PASSWORD_FILE: "db" } });
    const { files } = await renderConfigs([container], { passwordFiles: [{ name: "db", containers: ["db"], network: "bridge" }], passwords: { db: "of-a-file\n" } });
    expect(Object.values(files).filter((text) => text.includes('"watch"') && text.includes('"of-a-file"'))).toHaveLength(1);
  });
});

describe("a service without a login", () => {
  const page = { skip_proxy: true, allow_redirects: false };
  const excluded = ["project", "environment", "stack"];
  const labels = { exclude_labels: excluded, rename_labels: { host: "exported_host" } };

  test.each<[string, string, 5 | 7, Options, Instance]>([
    ["php_fpm", "php-fpm", 7, {}, { status_url: "http://172.17.0.2:9000/status", ping_url: "http://172.17.0.2:9000/ping", use_fastcgi: true, ...page }],
    ["php_fpm", "php", 7, { env: { STATUS_SCHEME: "https", STATUS_PATH: "/fpm/state", VIRTPORT: "443" } }, { status_url: "https://172.17.0.2:443/fpm/state", ping_url: "https://172.17.0.2:443/fpm/ping", ...page }],
    ["php_fpm", "php-fpm", 5, { exposedPorts: [80] }, { status_url: "http://172.17.0.2:80/status", ping_url: "http://172.17.0.2:80/ping" }],
    ["openmetrics", "prometheus", 7, { exposedPorts: [9100] }, { openmetrics_endpoint: "http://172.17.0.2:9100/metrics", metrics: [".+"], ...labels, ...page }],
    ["openmetrics", "openmetrics", 7, { exposedPorts: [1], env: { METRICS: "jobs_total, queue_*" } }, { openmetrics_endpoint: "http://172.17.0.2:1/metrics", metrics: ["^jobs$", "^queue_.*$", "^queue$"], ...labels, ...page }],
    ["openmetrics", "openmetrics", 7, { exposedPorts: [1], env: { METRICS: "(a+)+$, *b" } }, { openmetrics_endpoint: "http://172.17.0.2:1/metrics", metrics: ["^$"], ...labels, ...page }],
    ["http_check", "http", 7, {}, { name: "web", url: "http://172.17.0.2:80/", ...page, check_certificate_expiration: false, tls_verify: false }],
    ["http_check", "http", 7, { env: { SERVER_NAME: "shop.example", STATUS_SCHEME: "https", VIRTPORT: "443" } }, { name: "web", url: "https://172.17.0.2:443/", headers: { Host: "shop.example" }, ...page, check_certificate_expiration: false, tls_use_host_header: true, tls_verify: true }],
    ["http_check", "http", 5, { env: { SERVER_NAME: "a b" } }, { name: "web", url: "http://172.17.0.2:80/", ...page, check_certificate_expiration: false, disable_ssl_validation: true, skip_event: true }],
    ["tcp_check", "tcp", 7, { env: { VIRTPORT: "25" } }, { name: "web", host: "172.17.0.2", port: 25, collect_response_time: true }],
    ["tcp_check", "tcp", 5, { exposedPorts: [25] }, { name: "web", host: "172.17.0.2", port: 25, collect_response_time: true, skip_event: true }],
    ["tls", "tls", 7, {}, { name: "web", server: "172.17.0.2", port: 443, tls_validate_hostname: false }],
    ["tls", "tls", 7, { env: { SERVER_NAME: "shop.example", STATUS_VERIFY_TLS: "false" } }, { name: "web", server: "172.17.0.2", port: 443, server_hostname: "shop.example", tls_verify: false }],
    ["etcd", "etcd", 7, { env: { VIRTPORT_ETCD: "2381" } }, { prometheus_url: "http://172.17.0.2:2381/metrics", exclude_labels: [...excluded, "host"], ...page }],
  ])("%s (SERVICE=%s), generation %i: %j", async (check, service, generation, options, expected) => {
    expect(await instances(check, service, options, { generation })).toEqual([{ ...expected, tags }]);
  });

  test("PHP-FPM's usual port has no instance with generation 5, which speaks no FastCGI, and a comment says so", async () => {
    const pool = (name: string, env: Record<string, string>) => containerFixture({ name, env: { SERVICE: "php-fpm", ...env } });
    const containers = [pool("pool", {}), pool("web", { STATUS_SCHEME: "http" }), pool("other", { VIRTPORT: "80" })];
    const { files, instances: found } = await renderConfigs(containers, { generation: 5 });
    expect(found("php_fpm")?.map(({ status_url: url }) => url)).toEqual(["http://172.17.0.2:80/status", "http://172.17.0.2:9000/status"]);
    expect(files["php_fpm.yaml"]).toMatch(/^ {2}# "pool" has no instance: generation 5 of the agent asks a web server for PHP-FPM's pages/m);
  });

  test.each([
    ["tcp", "tcp_check", []],
    ["openmetrics", "openmetrics", [80, 81]],
  ])("%s has no instance where no port is known, and a comment says so", async (service, check, exposedPorts) => {
    const { files, instances: found } = await renderConfigs([containerFixture({ name: "web", env: { SERVICE: service }, exposedPorts })]);
    expect(found(check)).toEqual([]);
    expect(files[`${check}.d/${check}.yaml`]).toContain(`# "web" has no instance: it declares no port (VIRTPORT), does not expose exactly one, and ${service} has no usual port.`);
  });

  test("a decision in place of names of metrics is none: true asks for all, false for nothing", async () => {
    const containers = ["true", "no", "on"].map((word) => containerFixture({ name: word, env: { SERVICE: "openmetrics", METRICS: word }, exposedPorts: [1] }));
    const { files, instances: found } = await renderConfigs(containers);
    expect(found("openmetrics")).toMatchObject([{ metrics: ["^$"] }, { metrics: [".+"] }, { metrics: [".+"] }]);
    expect(Object.values(files).join("")).toMatch(/^ {2}# "no" declares names of metrics that are none/m);
  });

  test("a part of a histogram or a summary stands for all of it, as the check compares its name without the ending", async () => {
    const container = containerFixture({ name: "web", env: { SERVICE: "openmetrics", METRICS: "took_bucket,took_sum,a_count,_sum" }, exposedPorts: [1] });
    const { instances: found } = await renderConfigs([container]);
    expect(found("openmetrics")).toMatchObject([{ metrics: ["^took_bucket$", "^took$", "^took_sum$", "^a_count$", "^a$", "^_sum$", "^$"] }]);
  });

  test("names of metrics that are none are left out, and a comment says so", async () => {
    const container = containerFixture({ name: "web", env: { SERVICE: "openmetrics", METRICS: "a\nb c" }, exposedPorts: [1] });
    const { files, instances: found } = await renderConfigs([container]);
    expect(found("openmetrics")).toMatchObject([{ metrics: ["^a$"] }]);
    expect(Object.values(files).join("")).toMatch(/^ {2}# "web" declares names of metrics that are none/m);
  });
});

describe("the path of a page", () => {
  const asking = (said: Readonly<Record<string, string>>) =>
    Object.entries(said).map(([service, path]) => containerFixture({ name: service, env: { SERVICE: service, STATUS_PATH: path, VIRTPORT: "82" } }));
  const invalid = (name: string, query: string) =>
    `\n  # "${name}" declares an invalid status path (a / and then letters, digits and ._~/-${query}): the default is used.\n`;

  test("may have a query, and need not begin with a slash", async () => {
    const said = { haproxy: "/haproxy?stats", openmetrics: "/v1/sys/metrics?format=prometheus&x=%5B%5D", http: "health?full=1", etcd: "/m" };
    const text = Object.values((await renderConfigs(asking(said))).files).join("\n");
    for (const path of Object.values(said)) expect(text).toContain(`"http://172.17.0.2:82/${path.replace(/^\//, "")}"`);
  });

  test("has no query where something adds to it, and a comment says so", async () => {
    const services = ["nginx", "apache", "php-fpm", "rabbitmq", "elasticsearch"];
    const { files } = await renderConfigs(asking(Object.fromEntries(services.map((service) => [service, "/a?b=c"]))));
    const text = Object.values(files).join("\n");
    for (const service of services) expect(text).toContain(invalid(service, ""));
    expect(text).not.toContain("b=c");
  });

  test("may name the form that the check adds itself", async () => {
    const said = { apache: "/s?auto", "php-fpm": "/fpm-status?json&full" };
    const { files, instances: found } = await renderConfigs(asking(said));
    expect(found("apache")).toMatchObject([{ apache_status_url: "http://172.17.0.2:82/s?auto" }]);
    expect(found("php_fpm")).toMatchObject([{ status_url: "http://172.17.0.2:82/fpm-status" }]);
    expect(Object.values(files).join("\n")).not.toContain("invalid status path");
  });

  test.each([
    ["/fpm-status", "/fpm-ping"],
    ["/a/status.php", "/a/ping.php"],
    ["/fpm/state", "/fpm/ping"],
    ["/fpm/", "/fpm/ping"],
    ["/status/page", "/status/ping"],
  ])("of PHP-FPM's status, %s, has its ping page beside it: %s", async (status, ping) => {
    const { instances: found } = await renderConfigs(asking({ "php-fpm": status }));
    expect(found("php_fpm")).toMatchObject([{ ping_url: `http://172.17.0.2:82${ping}` }]);
  });

  test("is nothing that could end an address, and a comment says so", async () => {
    const paths = ["/a b", '/"', "/a?b#c", "/a?b\n- c", `/${"a".repeat(300)}`, "http://example"];
    const containers = paths.map((path, place) => containerFixture({ name: `web-${place}`, env: { SERVICE: "http", STATUS_PATH: path } }));
    const { files, instances: found } = await renderConfigs(containers);
    const text = Object.values(files).join("\n");
    for (const { name } of containers) expect(text).toContain(invalid(name, ", and a query"));
    expect(found("http_check")?.map(({ url }) => url)).toEqual(paths.map(() => "http://172.17.0.2:80/"));
  });
});

test.each(["http", "tls"])("a server name that is none is not used for %s, and a comment says so", async (service) => {
  const said = (name: string) => containerFixture({ name: "web", env: { SERVICE: service, SERVER_NAME: name } });
  const wrong = Object.values((await renderConfigs([said("a\r\nX-Evil: 1")])).files).join("");
  expect(wrong).toMatch(/^ {2}# "web" declares an invalid server name/m);
  expect(wrong).not.toContain("Evil");
  const right = Object.values((await renderConfigs([said("my_shop.internal")])).files).join("");
  expect(right).toContain('"my_shop.internal"');
  expect(right).not.toContain("invalid server name");
});

describe("the docker check", () => {
  test("has a form for each generation", async () => {
    const seven = await renderConfigs([], { generation: 7 });
    const five = await renderConfigs([], { generation: 5 });
    expect(seven.instances("docker")).toMatchObject([{ collect_events: true, tags: ["stack:shop-staging"] }]);
    expect(five.instances("docker_daemon")).toEqual([{ url: "unix:///run/docker-engine/docker.sock", tags: ["stack:shop-staging"] }]);
    expect(five.files["docker_daemon.yaml"]).toContain("docker_root: /host");
  });
});

describe("further tags", () => {
  test("are those that a container asks for, and the unified ones", async () => {
    const labels = {
      "datadog-hosts.tags": "team:payments, tier:1,,",
      "com.datadoghq.tags.env": "stage",
      "com.datadoghq.tags.service": "cart",
      "com.datadoghq.tags.version": "1.2",
    };
    expect(await instances("redisdb", "redis", { labels })).toMatchObject([
      { tags: [...tags, "env:stage", "service:cart", "version:1.2", "team:payments", "tier:1"] },
    ]);
  });

  test("are understood in the forms that Datadog has for them", async () => {
    const said = { json: '["a:1", "b:2,3"]', blanks: "a:1  b:2", one: "a:1 of 2", numbers: "[1, 2]", broken: '["a:1"' };
    const containers = Object.entries(said).map(([name, list]) => containerFixture({ name, env: { SERVICE: "redis", DATADOG_TAGS: list } }));
    const found = (await renderConfigs(containers)).instances("redisdb") ?? [];
    const further = found.map((instance) => (instance["tags"] as string[]).slice(2));
    expect(further).toEqual([["a:1", "b:2"], ['["a:1'], ["a:1", "b:2,3"], [], ["a:1 of 2"]]);
  });

  test.each([
    ["lines", "a:1\r\nb:2, c:3\n"],
    ["lines with comments", "a:1 # one, or two\n# none\nb:2\tc:3"],
    ["a list of YAML", "- a:1\n- b:2\n- 'c:3'"],
    ["a list in brackets", "['a:1', b:2,\"c:3\"]"],
    ["each in quotes", '"a:1","b:2","c:3"'],
  ])("may stand in other forms: %s", async (_, list) => {
    expect(await instances("redisdb", "redis", { env: { DATADOG_TAGS: list } })).toMatchObject([{ tags: [...tags, "a:1", "b:2", "c:3"] }]);
  });

  test.each([
    ...["project:other", "environment:other", "Project :x", "_project:x", "1environment:x", "stack:other", "Stack:other"],
    ...[" stack:other", "stack\u00a0:other", "stack", "stack_:other", '"stack:other"', "\ufeffSTACK.:other", "ENV\u0130RONMENT:x", "- stack:other"],
    ...["host:other", "Host:other"],
  ])("can't be a second %s, and a comment says so", async (tag) => {
    const container = containerFixture({ name: "web", env: { SERVICE: "redis", DATADOG_TAGS: tag } });
    const { files, instances: found } = await renderConfigs([container]);
    expect(found("redisdb")).toMatchObject([{ tags }]);
    expect(Object.values(files).join("")).toMatch(/^ {2}# "web" declares project, environment, stack or host among its further tags/m);
  });
});

test.each<[string, Record<string, string>, boolean]>([
  ["${NAME} in its project", { PROJECT: "${COMPOSE_PROJECT_NAME}" }, true],
  ["${NAME} in a further tag", { DATADOG_TAGS: "a:1,version:${TAG:-latest}" }, true],
  ["a placeholder of a Swarm", { DATADOG_TAGS: "node:{{.Node.Hostname}}" }, true],
  ["a dollar alone", { PROJECT: "$hop", DATADOG_TAGS: "price:$5" }, false],
])("a container with %s is told that nobody has replaced it: %j %s", async (_, env, told) => {
  const { files } = await renderConfigs([containerFixture({ name: "web", env: { SERVICE: "redis", ...env } })]);
  expect(/^ {2}# "web" has a tag with a placeholder/m.test(Object.values(files).join(""))).toBe(told);
});

test.each<[string, Options]>([
  ["label", { labels: { "com.datadoghq.tags.env": "prod" } }],
  ["variable", { env: { DD_ENV: "prod" } }],
  ["label, beside its variable", { labels: { "com.datadoghq.tags.env": "prod" }, env: { DD_ENV: "test" } }],
])("a tag by Datadog's own %s has no second value, and a comment says so", async (_, said) => {
  const env = { SERVICE: "redis", DATADOG_TAGS: "Env : other,service:a,envoy:b", ...said.env };
  const { files, instances: found } = await renderConfigs([containerFixture({ name: "web", ...said, env })]);
  expect(found("redisdb")).toMatchObject([{ tags: [...tags, "env:prod", "service:a", "envoy:b"] }]);
  expect(Object.values(files).join("")).toMatch(/^ {2}# "web" declares env among its further tags \(DATADOG_TAGS\), and by Datadog's own label or variable, which counts\.$/m);
});

describe("what stands around a value", () => {
  /** Containers with these hints, by name, and what becomes of them in one rendering. */
  async function rendered(service: string, hints: Readonly<Record<string, Record<string, string>>>): Promise<Record<string, Instance>> {
    const check = service === "redis" ? "redisdb" : service;
    const containers = Object.entries(hints).map(([name, env]) => containerFixture({ name, env: { SERVICE: service, ...env } }));
    const { files } = await renderConfigs(containers);
    return Object.fromEntries(
      Object.entries(files).flatMap(([file, text]): [string, Instance][] => {
        const name = /container "([^"]*)"/.exec(text)?.[1];
        const found = (parse(text) as { instances?: Instance[] } | null)?.instances?.[0];
        return file.startsWith(`${check}.d/`) && name !== undefined && found !== undefined ? [[name, found]] : [];
      }),
    );
  }

  test("is no part of it: blanks, invisible characters, a pair of quotes", async () => {
    const plain = { CONNECTION: "3,pass word", VIRTPORT: "6380", PROJECT: "blog", ENVIRONMENT: "test", DATADOG_TAGS: "a:1,b:2" };
    const around = (before: string, after = before): Record<string, string> =>
      Object.fromEntries(Object.entries({ ...plain, SERVICE: "redis" }).map(([name, value]) => [name, before + value + after]));
    const found = await rendered("redis", {
      plain,
      quotes: around('"'),
      apostrophes: around("'"),
      "line-end": around("", "\r"),
      "quotes-and-line-end": around('"', '"\r\n'),
      "byte-order-mark": around("\ufeff", ""),
      "no-break-space": around("\u00a0"),
      invisible: around("\u200b", "\u2060"),
      tab: around("\t"),
      "typographic-quotes": around("\u201c", "\u201d"),
      "typographic-apostrophes": around("\u2018", "\u2019"),
      guillemets: around("\u00ab", "\u00bb"),
      "quotes-of-a-shell": around('\\"'),
    });
    const expected = { host: "172.17.0.2", port: 6380, db: 3, password: "pass word", tags: ["project:blog", "environment:test", "a:1", "b:2"] };
    expect(Object.values(found)).toEqual(Array.from({ length: 13 }, () => expected));
  });

  test("is no part of it: the comment behind it in an env file", async () => {
    const found = await rendered("redis", {
      comments: { SERVICE: "redis # cache", VIRTPORT: "6380\t# no TLS", PROJECT: '"blog" # quoted', ENVIRONMENT: "  # not yet", DATADOG_TAGS: "a:1#2,b:3 # c:4" },
      quoted: { PROJECT: '"blog # 1"', ENVIRONMENT: "#1 is no comment" },
      password: { CONNECTION: "0,pass #word", CONNECTION_USERNAME: "user # 1" },
    });
    expect(found["comments"]).toMatchObject({ port: 6380, tags: ["project:blog", "environment:staging", "a:1#2", "b:3"] });
    expect(found["quoted"]).toMatchObject({ tags: ["project:blog # 1", "environment:#1 is no comment"] });
    expect(found["password"]).toMatchObject({ password: "pass #word", username: "user # 1" });
  });

  test("is no part of it: the comment that is left of an empty value", async () => {
    const comment = "# for production only";
    const found = await rendered("redis", {
      comments: { PROJECT: comment, ENVIRONMENT: "#", VIRTPORT: comment, DATADOG_TAGS: comment, CONNECTION_TLS: comment },
    });
    expect(found).toEqual({ comments: { host: "172.17.0.2", port: 6379, tags } });
  });

  test("is no part of it: the quotes of each part of a connection", async () => {
    const found = await rendered("redis", { double: { CONNECTION: '"3","pass\'"' }, single: { CONNECTION: "'3' , 'pass\"'" } });
    expect(found).toMatchObject({ double: { db: 3, password: "pass'" }, single: { db: 3, password: 'pass"' } });
  });

  test("is a part of it where it is only on one side, or inside", async () => {
    const found = await rendered("redis", { half: { CONNECTION: '0,pass"' }, inside: { CONNECTION: "0,'pass'" }, alone: { CONNECTION: '"' } });
    expect([found["half"]?.["password"], found["inside"]?.["password"], found["alone"]?.["db"]]).toEqual(['pass"', "'pass'", undefined]);
  });

  test("does not keep a port, a scheme or a decision from being understood", async () => {
    const found = await rendered("nginx", {
      one: { VIRTPORT: "8080/tcp", STATUS_SCHEME: "'HTTPS://'", STATUS_VERIFY_TLS: '"No"' },
      two: { VIRTPORT: '"8080"', STATUS_SCHEME: "https", STATUS_VERIFY_TLS: "0" },
    });
    const expected = { nginx_status_url: "https://172.17.0.2:8080/nginx_status", tls_verify: false };
    expect(Object.values(found)).toMatchObject([expected, expected]);
  });
});

test("a service is known by its image's name and by its check's", async () => {
  const checks = { httpd: "apache", Apache2: "apache", postgresql: "postgres", valkey: "redisdb", redisdb: "redisdb", memcache: "mcache", mcache: "mcache" };
  const { files } = await renderConfigs(Object.keys(checks).map((service) => containerFixture({ name: service, env: { SERVICE: service } })));
  const found = Object.entries(files).flatMap(([file, text]) => {
    const name = /container "([^"]*)"/.exec(text)?.[1];
    return name === undefined ? [] : [[name, file.replace(/\.d\/.*/, "")]];
  });
  expect(Object.fromEntries(found)).toEqual(checks);
});

test("the label for a status page is understood in any writing", async () => {
  const container = containerFixture({ name: "web", env: { SERVICE: "nginx" }, labels: { "datadog-hosts.status-page": ' "NGINX"\r' } });
  const { statusPages, instances: found } = await renderConfigs([container]);
  const port = /listen (\d+);/.exec(statusPages["web/nginx.conf"] ?? "")?.[1];
  expect(found("nginx")).toMatchObject([{ nginx_status_url: `http://172.17.0.2:${port}/nginx_status` }]);
});

test("a value that is not understood is told, without the value", async () => {
  const { files } = await renderConfigs([
    containerFixture({ name: "database", env: { SERVICE: "redis", CONNECTION: "not-to-be-shown" } }),
    containerFixture({ name: "scheme", env: { SERVICE: "nginx", STATUS_SCHEME: "ftp" } }),
    containerFixture({ name: "verify", env: { SERVICE: "apache", STATUS_VERIFY_TLS: "maybe" } }),
  ]);
  const text = Object.values(files).join("\n");
  expect(text).toMatch(/^ {2}# "database" declares a connection that does not begin with the number of a database/m);
  expect(text).toMatch(/^ {2}# "scheme" declares a scheme that is neither http nor https: http is used\.$/m);
  expect(text).toMatch(/^ {2}# "verify" declares a verify-tls that is neither true nor false: its certificate is verified\.$/m);
  expect(text).not.toContain("not-to-be-shown");
});

describe("a tag that a container names by label and otherwise by variable", () => {
  const options = {
    env: { PROJECT: "variable", ENVIRONMENT: "same" },
    labels: { "datadog-hosts.project": "label", "datadog-hosts.environment": "same" },
  };
  const remark = '# "web" has duplicate tags for project, one by label and one by variable';

  test.each([
    [7, true],
    [5, false],
  ] as const)("is the label's; generation %i takes both for the container's own series: %s", async (generation, told) => {
    const container = containerFixture({ name: "web", ...options, env: { SERVICE: "redis", ...options.env } });
    const { instances: found, files } = await renderConfigs([container], { generation });
    expect(found("redisdb")).toMatchObject([{ tags: ["project:label", "environment:same"] }]);
    expect(Object.values(files).join("").includes(remark)).toBe(told);
  });

  test("is no duplicate if both agree, or only one declares it", async () => {
    const { files } = await renderConfigs([
      containerFixture({ name: "same", env: { SERVICE: "redis", PROJECT: "a" }, labels: { "datadog-hosts.project": "a" } }),
      containerFixture({ name: "alone", env: { SERVICE: "redis", PROJECT: "a" } }),
    ]);
    expect(Object.values(files).join("")).not.toContain("otherwise");
  });
});

describe("containers with labels for the agent itself", () => {
  const ad = "com.datadoghq.ad";
  const labels = { [`${ad}.check_names`]: '["redisdb"]', [`${ad}.init_configs`]: "[{}]", [`${ad}.instances`]: '[{"host":"%%host%%"}]' };

  test.each<[string, Record<string, string>]>([
    ["among checks", { [`${ad}.checks`]: '{"http_check": {"instances": [{}]}, "redisdb": {"instances": [{"host": "%%host%%"}]}}' }],
    ["among check names", { [`${ad}.check_names`]: '["http_check", "redisdb"]', [`${ad}.init_configs`]: "[[{}], {}]", [`${ad}.instances`]: '[[], [{"host": "%%host%%"}]]' }],
    ["by a name inside of the check", { [`${ad}.checks`]: '{"cache": {"name": "redisdb", "Instances": [{}]}}' }],
  ])("are watched by generation 7, if the stack leaves it that, where they ask for this check: %s", async (_, asked) => {
    expect(await instances("redisdb", "redis", { labels: asked }, { generation: 7, discovery: "agent" })).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ["logs", { [`${ad}.logs`]: "[{}]" }],
    ["tags", { [`${ad}.tags`]: "[]" }],
    ["another check", { [`${ad}.checks`]: '{"http_check": {"instances": [{}]}}' }],
    ["another check's name", { ...labels, [`${ad}.check_names`]: '["http_check"]' }],
    ["a check without instances", { [`${ad}.checks`]: '{"redisdb": {"instances": []}}' }],
    ["a check that is no mapping", { [`${ad}.checks`]: '{"redisdb": []}' }],
    ["instances that are no list", { [`${ad}.checks`]: '{"redisdb": {"instances": {"a": 1}}}' }],
    ["the check beside one that the agent can't read", { [`${ad}.checks`]: '{"redisdb": {"instances": [{}]}, "x": {"instances": ["a"]}}' }],
    ["a check of another name inside", { [`${ad}.checks`]: '{"redisdb": {"name": "http_check", "instances": [{}]}}' }],
    ["the check in the older form, beside the newer", { ...labels, [`${ad}.checks`]: '{"http_check": {"instances": [{}]}}' }],
    ["lists of different lengths", { ...labels, [`${ad}.check_names`]: '["http_check", "redisdb"]' }],
    ["an instance without a config", { [`${ad}.check_names`]: '["redisdb"]', [`${ad}.instances`]: "[{}]" }],
    ["a name with an empty list of instances", { ...labels, [`${ad}.instances`]: "[[]]" }],
    ["a name without instances", { [`${ad}.check_names`]: '["redisdb"]' }],
    ["nothing", { [`${ad}.checks`]: "" }],
    ["no JSON", { [`${ad}.checks`]: '{"redisdb"', [`${ad}.check_names`]: "redisdb", [`${ad}.instances`]: "[" }],
    ["a list", { [`${ad}.checks`]: '["redisdb"]', [`${ad}.check_names`]: "{}", [`${ad}.instances`]: "null" }],
    ["labels of another name", { "com.datadoghq.add.checks": '{"redisdb": {"instances": [{}]}}' }],
  ])("are no reason to leave it to the agent where they ask for %s", async (_, asked) => {
    expect(await instances("redisdb", "redis", { labels: asked }, { generation: 7, discovery: "agent" })).toHaveLength(1);
  });

  test("get no instance with generation 7 and its own discovery, which monitors them", async () => {
    expect(await instances("redisdb", "redis", { labels }, { generation: 7, discovery: "agent" })).toEqual([]);
  });

  test("get one without that, and with generation 5, which never does", async () => {
    expect(await instances("redisdb", "redis", { labels }, { generation: 7 })).toHaveLength(1);
    expect(await instances("redisdb", "redis", { labels }, { generation: 5, discovery: "agent" })).toHaveLength(1);
  });
});

describe("a container without an address of its own", () => {
  const owner = containerFixture({ name: "owner", networks: { bridge: { ip: "172.17.0.9" } } });

  test("it is that of the container whose network it shares", async () => {
    const guest = containerFixture({ name: "guest", env: { SERVICE: "redis" }, networkMode: `container:${owner.id}` });
    const { instances: found } = await renderConfigs([owner, guest]);
    expect(found("redisdb")).toMatchObject([{ host: "172.17.0.9" }]);
  });

  test("it is that of the last one, if containers share a network through each other", async () => {
    const between = containerFixture({ name: "between", networkMode: `container:${owner.id}` });
    const guest = containerFixture({ name: "guest", env: { SERVICE: "redis" }, networkMode: `container:${between.id}` });
    expect((await renderConfigs([owner, between, guest])).instances("redisdb")).toMatchObject([{ host: "172.17.0.9" }]);
  });

  test("a comment says why where the container whose network it shares has none in common with the agent", async () => {
    const far = containerFixture({ name: "far", networks: { other: { ip: "172.21.0.9" } } });
    const guest = containerFixture({ name: "guest", env: { SERVICE: "redis" }, networkMode: `container:${far.id}` });
    const gone = containerFixture({ name: "gone", env: { SERVICE: "redis" }, networkMode: `container:${"0".repeat(64)}` });
    const { instances: found, files } = await renderConfigs([far, guest, gone]);
    expect(found("redisdb")).toEqual([]);
    for (const name of ["guest", "gone"]) {
      expect(files["redisdb.d/redisdb.yaml"]).toContain(`# "${name}" has no instance: it shares no network with the agent`);
    }
  });

  test("it is the host's own for a guest of a container on the host's network, and an agent there", async () => {
    const onHost = containerFixture({ name: "on-host", networkMode: "host" });
    const guest = containerFixture({ name: "guest", env: { SERVICE: "redis" }, networkMode: `container:${onHost.id}` });
    const { instances: found } = await renderConfigs([onHost, guest], { agentNetwork: "host" });
    expect(found("redisdb")).toMatchObject([{ host: "127.0.0.1" }]);
  });

  test.each(["20.10", "26.1", "29"] as const)("port and address are found for all kinds of networks on engine %s", async (engine) => {
    const make = (name: string, options: Options) =>
      containerFixture({ name, env: { SERVICE: "redis" }, exposedPorts: [7000], ...options }, engine);
    const first = make("a-owner", { networks: { bridge: { ip: "172.17.0.5" } } });
    const { instances: found } = await renderConfigs(
      [
        first,
        make("b-guest", { networkMode: `container:${first.id}` }),
        make("c-several", { networks: { aaa: { ip: "172.30.0.2" }, backend: { ip: "172.20.0.5" }, zzz: { ip: "172.31.0.2" } } }),
        make("d-six", { networks: { backend: { ipv6: "2001:db8::5" } } }),
        make("e-both", { networks: { backend: { ip: "172.20.0.6", ipv6: "2001:db8::6" } } }),
        make("f-host", { networkMode: "host" }),
      ],
      { networks: ["backend"] },
    );
    expect(found("redisdb")).toMatchObject(
      ["172.17.0.5", "172.17.0.5", "172.20.0.5", "2001:db8::5", "172.20.0.6"].map((host) => ({ host, port: 7000 })),
    );
    expect(found("redisdb")).toHaveLength(5);
  });

  test("it is the host's own for an agent on the host's network", async () => {
    const found = await instances("redisdb", "redis", { networkMode: "host" }, { agentNetwork: "host" });
    expect(found).toMatchObject([{ host: "127.0.0.1" }]);
  });

  test("an agent on the host's network reaches every network", async () => {
    for (const place of [{ gateway: "172.30.0.1" }, { internal: true }]) {
      const networks = { private: { ip: "172.30.0.2", ...place } };
      const found = await instances("redisdb", "redis", { networks }, { agentNetwork: "host" });
      expect(found).toMatchObject([{ host: "172.30.0.2" }]);
    }
  });

  test("a task has the one on the overlay network that it shares with the agent, never one on the Swarm's own networks", async () => {
    // An overlay network has no gateway.
    const networks = {
      docker_gwbridge: { ip: "172.18.0.3", gateway: "172.18.0.1" },
      elsewhere: { ip: "10.0.2.3" },
      ingress: { ip: "10.0.0.7" },
      shared: { ip: "10.0.1.5" },
    };
    const task = { networks, exposedPorts: [6379] };
    const of = (listed: string[]) => instances("redisdb", "redis", task, { networks: listed });
    expect(await of(["docker_gwbridge", "ingress", "shared"])).toMatchObject([{ host: "10.0.1.5" }]);
    expect(await of(["docker_gwbridge", "ingress"])).toEqual([]);
  });

  test("a task has none for an agent on the host's network, which no overlay network reaches", async () => {
    const networks = { ingress: { ip: "10.0.0.7" }, shared: { ip: "10.0.1.5" } };
    expect(await instances("redisdb", "redis", { networks }, { agentNetwork: "host" })).toEqual([]);
  });
});

describe("several integrations of one container", () => {
  test("each has its own port where the container names none", async () => {
    const both = containerFixture({ name: "both", env: { SERVICE: "redis,memcached" }, exposedPorts: [6379, 11211] });
    const { instances: found } = await renderConfigs([both]);
    expect(found("redisdb")).toMatchObject([{ port: 6379 }]);
    expect(found("mcache")).toMatchObject([{ port: 11211 }]);
  });

  test.each([
    [80, "nginx,php-fpm", 80, 9000],
    [9000, "nginx,php", 80, 9000],
    [8080, "nginx,php-fpm", 8080, 8080],
    [9000, "nginx", 9000, undefined],
  ])("the only exposed port, %s, belongs to one of them if it is its usual port: %s", async (port, services, ofNginx, ofPool) => {
    const both = containerFixture({ name: "both", env: { SERVICE: services }, exposedPorts: [port] });
    const { instances: found } = await renderConfigs([both]);
    expect(found("nginx")).toMatchObject([{ nginx_status_url: `http://172.17.0.2:${ofNginx}/nginx_status` }]);
    expect(found("php_fpm")).toMatchObject(ofPool === undefined ? [] : [{ status_url: `http://172.17.0.2:${ofPool}/status` }]);
  });

  test("a check of any page or port takes the only exposed port, whoever else asks for it", async () => {
    const { instances: found } = await renderConfigs([containerFixture({ name: "both", env: { SERVICE: "redis,tls,http" }, exposedPorts: [6379] })]);
    expect(found("redisdb")).toMatchObject([{ port: 6379 }]);
    expect(found("tls")).toMatchObject([{ port: 6379 }]);
    expect(found("http_check")).toMatchObject([{ url: "http://172.17.0.2:6379/" }]);
  });

  test("a value for one of them names it by any of its names, with an underscore for a dash", async () => {
    const { instances: found } = await renderConfigs([
      containerFixture({ name: "a", env: { SERVICE: "mariadb", VIRTPORT_MARIADB: "7000" } }),
      containerFixture({ name: "b", env: { SERVICE: "mysql" }, labels: { "datadog-hosts.mariadb.port": "7001" } }),
      containerFixture({ name: "c", env: { SERVICE: "php-fpm", VIRTPORT_PHP_FPM: "7002" } }),
      containerFixture({ name: "d", env: { SERVICE: "php_fpm", "VIRTPORT_PHP-FPM": "7003" } }),
    ]);
    expect(found("mysql")).toMatchObject([{ port: 7000 }, { port: 7001 }]);
    expect(found("php_fpm")).toMatchObject([7002, 7003].map((port) => ({ status_url: `http://172.17.0.2:${port}/status` })));
  });

  test.each<[string, Options, number]>([
    ["by variable", { env: { VIRTPORT: "7000", VIRTPORT_MEMCACHED: " 7001\r" } }, 7001],
    ["by label", { env: { VIRTPORT: "7000", VIRTPORT_MEMCACHED: "7001" }, labels: { "datadog-hosts.memcached.port": "7002" } }, 7002],
    ["by label, before the label for all", { labels: { "datadog-hosts.port": "7000", "datadog-hosts.memcached.port": "7001" } }, 7001],
    ["wrongly, and gets its own port", { env: { VIRTPORT: "7000", VIRTPORT_MEMCACHED: "x" } }, 11211],
  ])("one has the port that the container names for it alone %s", async (_, options, port) => {
    const both = containerFixture({ name: "both", ...options, env: { SERVICE: "redis,memcached", ...options.env } });
    const { instances: found } = await renderConfigs([both]);
    expect(found("redisdb")).toMatchObject([{ port: options.env?.["VIRTPORT"] || options.labels?.["datadog-hosts.port"] ? 7000 : 6379 }]);
    expect(found("mcache")).toMatchObject([{ port }]);
  });

  test("one has the user and the password that the container names for it alone", async () => {
    const env = { SERVICE: "redis,postgres", CONNECTION: "0,all", CONNECTION_POSTGRES: "watcher,one" };
    const { instances: found } = await renderConfigs([containerFixture({ name: "both", env })]);
    expect(found("redisdb")).toMatchObject([{ db: 0, password: "all" }]);
    expect(found("postgres")).toMatchObject([{ username: "watcher", password: "one" }]);
  });
});

describe("a late publication signals", () => {
  const agent = containerFixture({ name: "dd-agent", labels: { "datadog-hosts.role": "agent" } });
  const impostor = containerFixture({ name: "impostor", labels: { "datadog-hosts.role": "agent" } });

  test("is the agent of generation 5, and of 7 nobody", async () => {
    expect((await renderConfigs([agent, impostor], { generation: 5 })).reader?.trim()).toBe(`1 ${agent.id}`);
    expect((await renderConfigs([agent, impostor], { generation: 7 })).reader).toBeUndefined();
  });
});

describe("status pages", () => {
  const agent = containerFixture({
    name: "dd-agent",
    labels: { "datadog-hosts.role": "agent" },
    networks: { bridge: { ip: "172.17.0.3" }, backend: { ip: "172.20.0.3" } },
  });
  const web = (service: string, options: Options = {}) =>
    containerFixture({ name: "web", networks: { backend: { ip: "172.20.0.5", gateway: "172.20.0.1" } }, ...options, labels: { "datadog-hosts.status-page": service } });

  const elsewhere = (service: string, networkMode: string) =>
    containerFixture({ name: "web", networkMode, labels: { "datadog-hosts.status-page": service } });

  /** The port of the page that a container named web gets where it names none itself. */
  const own = 24079;

  test("nginx: a server on a port of its own, open to the agent's addresses", async () => {
    const { statusPages } = await renderConfigs([agent, web("nginx", { exposedPorts: [8080] })], { networks: ["backend"] });
    const page = statusPages["web/nginx.conf"] ?? "";
    expect(page).toContain(`listen ${own};`);
    expect(page).not.toContain("server_name");
    // For a request that comes for the first time, and for one that a limit of the application has sent back.
    const places = page.split("location ").slice(1);
    expect(places).toHaveLength(2);
    for (const place of places) {
      expect([...place.matchAll(/allow (\S+);/g)].map(([, address]) => address)).toEqual(["172.20.0.3", "172.17.0.3"]);
      expect(place).toMatch(/allow 172\.17\.0\.3;\s+deny all;/);
    }
  });

  test("nginx: a server for IPv6 too if the container has such an address, and only then", async () => {
    const { statusPages } = await renderConfigs([
      agent,
      web("nginx", { networks: { backend: { ip: "172.20.0.5", ipv6: "2001:db8::5" } } }),
    ]);
    expect(statusPages["web/nginx.conf"]).toContain(`listen [::]:${own};`);
    expect((await renderConfigs([agent, web("nginx")])).statusPages["web/nginx.conf"]).not.toContain("::");
  });

  test.each([
    ["the port that follows from its name, whatever else it exposes", {}, {}, own],
    ["the port that it names", { STATUS_PORT: " 8081\r" }, {}, 8081],
    ["the port of its label before that of its variable", { STATUS_PORT: "1" }, { "datadog-hosts.status-port": "8082" }, 8082],
    ["no port that is none", { STATUS_PORT: "80x" }, {}, own],
    ["the port that it names for nginx alone", { STATUS_PORT_NGINX: "8081", STATUS_PORT: "8082" }, {}, 8081],
    ["plain http, whatever it says of its own servers", { STATUS_SCHEME: "https", VIRTPORT: "8443" }, {}, own],
  ])("nginx is asked where its page is: %s", async (_, env, labels, port) => {
    const container = containerFixture({
      name: "web",
      env: { SERVICE: "nginx", ...env },
      labels: { "datadog-hosts.status-page": "nginx", ...labels },
      exposedPorts: [8443],
      networks: { backend: { ip: "172.20.0.5" } },
    });
    const { statusPages, instances } = await renderConfigs([agent, container], { networks: ["backend"] });
    expect(statusPages["web/nginx.conf"]).toContain(`listen ${port};`);
    expect(instances("nginx")).toMatchObject([{ nginx_status_url: `http://172.20.0.5:${port}/nginx_status` }]);
  });

  test.each([
    ["the only port that is exposed", { STATUS_PORT: "8443" }],
    ["the declared port", { STATUS_PORT: "9000", VIRTPORT: "9000" }],
    ["a usual port", { STATUS_PORT: "443" }],
  ])("nginx has no page on the application's own port, and a comment says so: %s", async (_, env) => {
    const container = containerFixture({
      ...{ name: "web", labels: { "datadog-hosts.status-page": "nginx" }, exposedPorts: [8443] },
      ...{ env: { SERVICE: "nginx", ...env }, networks: { backend: { ip: "172.20.0.5" } } },
    });
    const { files, statusPages } = await renderConfigs([agent, container], { networks: ["backend"] });
    expect(statusPages["web/nginx.conf"]).toContain(`listen ${own};`);
    expect(Object.values(files).join("")).toMatch(/^ {2}# "web" declares a status-port that is the application's own: the default is used\.$/m);
  });

  test("Apache: a page that requires the agent's addresses", async () => {
    const { statusPages } = await renderConfigs([agent, web("apache")]);
    expect(statusPages["web/apache.conf"]).toContain("Require ip 172.20.0.3 172.17.0.3\n");
  });

  test("Apache: a page that is not in the place of the application's first one, and a comment says so", async () => {
    const env = { SERVICE: "apache,http", STATUS_PATH: "/" };
    const labels = { "datadog-hosts.status-page": "apache" };
    const containers = [containerFixture({ name: "web", env, labels }), containerFixture({ name: "own", env })];
    const { files, instances, statusPages } = await renderConfigs([agent, ...containers]);
    expect(statusPages["web/apache.conf"]).toContain("== '/server-status'");
    const text = Object.values(files).join("\n");
    expect(text.match(/# "web" declares an invalid status path/g)).toHaveLength(1);
    expect(text).not.toContain('# "own" declares');
    expect(instances("apache")?.map(({ apache_status_url: url }) => url)).toEqual([
      "http://172.17.0.2:80/?auto",
      "http://172.17.0.2:80/server-status?auto",
    ]);
    expect(instances("http_check")).toMatchObject([{ url: "http://172.17.0.2:80/" }, { url: "http://172.17.0.2:80/" }]);
  });

  test("nobody has access if there is no agent", async () => {
    const nginx = await renderConfigs([web("nginx")]);
    const apache = await renderConfigs([web("apache")]);
    expect(nginx.statusPages["web/nginx.conf"]).not.toContain("allow");
    expect(apache.statusPages["web/apache.conf"]).toContain("Require all denied");
  });

  test("an agent on the host's network comes from the network's gateway", async () => {
    const { statusPages } = await renderConfigs([web("nginx")], { agentNetwork: "host" });
    expect(statusPages["web/nginx.conf"]).toContain("allow 172.20.0.1;");
  });

  test("an agent on the host's network comes from an IPv6 gateway too, or from the host itself", async () => {
    const six = web("nginx", { networks: { six: { ipv6: "2001:db8::5", ipv6Gateway: "2001:db8::1" } } });
    const dual = await renderConfigs([six], { agentNetwork: "host" });
    expect(dual.statusPages["web/nginx.conf"]).toContain("allow 2001:db8::1;");
    const nginx = await renderConfigs([elsewhere("nginx", "host")], { agentNetwork: "host" });
    expect(nginx.statusPages["web/nginx.conf"]).toContain(`listen 127.0.0.1:${own};`);
    expect(nginx.statusPages["web/nginx.conf"]).toMatch(/allow 127\.0\.0\.1;\s+deny all;/);
    const apache = await renderConfigs([elsewhere("apache", "host")], { agentNetwork: "host" });
    expect(apache.statusPages["web/apache.conf"]).toContain("Require ip 127.0.0.1\n");
  });

  test.each(["nginx", "apache"])("%s in another container's network is open to who reaches that one", async (service) => {
    const owner = containerFixture({ name: "owner", networks: { bridge: { ip: "172.17.0.9", gateway: "172.17.0.1" } } });
    const guest = elsewhere(service, `container:${owner.id}`);
    const near = await renderConfigs([agent, owner, guest]);
    const page = near.statusPages[`web/${service}.conf`] ?? "";
    expect(page).toContain("172.17.0.3");
    const far = await renderConfigs([owner, guest], { agentNetwork: "host" });
    expect(far.statusPages[`web/${service}.conf`]).toMatch(/(allow|ip) 172\.17\.0\.1\b/);
  });

  test.each(["nginx", "apache"])("%s lets nobody in who only carries the agent's label", async (service) => {
    const impostor = containerFixture({
      name: "impostor",
      labels: { "datadog-hosts.role": "agent", SERVICE: "datadog" },
      networks: { backend: { ip: "172.20.0.66" } },
    });
    const { statusPages } = await renderConfigs([agent, impostor, web(service)]);
    const page = statusPages[`web/${service}.conf`] ?? "";
    expect(page).toContain("172.20.0.3");
    expect(page).not.toContain("172.20.0.66");
  });

  test("a container that does not ask gets no page", async () => {
    expect((await renderConfigs([agent, web("other")])).statusPages).toEqual({});
  });
});

describe("the example of an integration of one's own", () => {
  test("has an instance with its address, the declared name and the options of all", async () => {
    const options = { labels: { "datadog-hosts.database": 'mail" # x' } };
    expect(await instances("queue_length", "job-queue", options)).toEqual([
      { host: "172.17.0.2", port: 7711, queue: 'mail" # x', timeout: 5, tags },
    ]);
  });
});

describe("a container that is asked by TLS", () => {
  const login = { CONNECTION_TLS: "yes", CONNECTION_USERNAME: "watcher" };
  test.each<[string, 5 | 7, Record<string, string>, Record<string, unknown>]>([
    ["redis", 7, login, { host: "172.17.0.2", port: 6379, username: "watcher", ssl: true, ssl_cert_reqs: 2 }],
    ["redis", 7, { ...login, STATUS_VERIFY_TLS: "false" }, { host: "172.17.0.2", port: 6379, username: "watcher", ssl: true, ssl_cert_reqs: 0 }],
    ["redis", 5, login, { host: "172.17.0.2", port: 6379, ssl: true, ssl_cert_reqs: 2 }],
    ["redis", 7, { CONNECTION_TLS: "off" }, { host: "172.17.0.2", port: 6379 }],
    ["redis", 7, { CONNECTION_TLS: "perhaps" }, { host: "172.17.0.2", port: 6379 }],
    ["postgres", 7, login, { host: "172.17.0.2", port: 5432, username: "watcher", dbname: "postgres", ssl: "verify-ca", ssl_root_cert: "/etc/ssl/certs/ca-certificates.crt" }],
    ["postgres", 7, { ...login, STATUS_VERIFY_TLS: "no" }, { host: "172.17.0.2", port: 5432, username: "watcher", dbname: "postgres", ssl: "require" }],
    ["postgres", 5, login, { host: "172.17.0.2", port: 5432, username: "watcher", dbname: "postgres", ssl: true }],
    ["postgres", 7, {}, { host: "172.17.0.2", port: 5432, username: "datadog", dbname: "postgres" }],
  ])("%s, generation %i, %j", async (service, generation, env, expected) => {
    const check = service === "redis" ? "redisdb" : service;
    expect(await instances(check, service, { env }, { generation })).toEqual([{ ...expected, tags }]);
  });
});
