import { describe, expect, test } from "vitest";

import type { Container } from "../../../tools/containers/containers";
import { programsOf, recognise } from "../../../tools/containers/recognise";
import { container } from "../init/survey";

const entrypoint = "/usr/local/bin/docker-entrypoint.sh";

describe("the services of a container", () => {
  test.each<[string, Partial<Container>, string, string]>([
    ["its variable", { service: "redis", image: "nginx" }, "redisdb", "variable SERVICE"],
    ["its variable in quotes and capitals", { service: ' "Redis" ' }, "redisdb", "variable SERVICE"],
    ["its variable with a byte order mark", { service: "\ufeffredis\u00a0\u200b" }, "redisdb", "variable SERVICE"],
    [
      "its variable beside an empty label",
      { labels: new Map([["datadog-hosts.service", '""']]), service: "redis" },
      "redisdb",
      "variable SERVICE",
    ],
    [
      "its label, before the variable",
      { labels: new Map([["datadog-hosts.service", "nginx"]]), service: "redis" },
      "nginx",
      "label datadog-hosts.service",
    ],
    ["its image", { image: "registry.example:5000/library/redis:7@sha256:abc" }, "redisdb", "image redis"],
    ["its image", { image: "bitnami/postgresql" }, "postgres", "image postgresql"],
    ["its program", { command: [entrypoint, "redis-server", "--save", ""] }, "redisdb", "command redis-server"],
    ["its program", { command: ["/usr/sbin/apache2ctl", "-D", "FOREGROUND"] }, "apache", "command apache2ctl"],
    ["a program of a shell line", { command: ["sh", "-ec", "mkdir /x\nexec nginx -g x"] }, "nginx", "command nginx"],
    [
      "a program behind gosu",
      { command: ["tini", "--", "gosu", "redis", "redis-server"] },
      "redisdb",
      "command redis-server",
    ],
    [
      "its image's title",
      { labels: new Map([["org.opencontainers.image.title", "memcached"]]) },
      "mcache",
      "label org.opencontainers.image.title memcached",
    ],
    ["a variable of the usual image", { variables: new Set(["PG_MAJOR"]) }, "postgres", "variable PG_MAJOR"],
    ["its other name", { service: "mariadb" }, "mysql", "variable SERVICE"],
    ["its image", { image: "docker.elastic.co/elasticsearch/elasticsearch:8.15.0" }, "elastic", "image elasticsearch"],
    ["its program", { command: [entrypoint, "mariadbd"] }, "mysql", "command mariadbd"],
    ["a service that nothing tells by sight", { service: "http", ports: [80] }, "http_check", "variable SERVICE"],
    ["a port that no other has", { ports: [11211, 80] }, "mcache", "port 11211"],
  ])("is told by %s", (_, differences, integration, by) => {
    expect(recognise(container("one", differences))).toMatchObject([{ integration, by }]);
  });

  test("several requested services give several integrations", () => {
    const found = recognise(container("one", { service: "nginx, redis" }));
    expect(found.map(({ service, requested }) => [service, requested])).toEqual([
      ["nginx", true],
      ["redis", true],
    ]);
  });

  test.each<[string, Partial<Container>]>([
    ["a port that two have", { ports: [80] }],
    ["a port of a service that many speak", { ports: [443] }],
    ["an argument of another program", { command: ["redis-cli", "-h", "redis-server"] }],
    ["an image whose name only begins so", { image: "redis-exporter:1" }],
    ["a registry's name", { image: "redis/app:1" }],
    ["a word that is none", { service: "rediss" }],
    ["nothing", {}],
  ])("is not told by %s", (_, differences) => {
    expect(recognise(container("one", differences))).toEqual([]);
  });

  test("command lines of any form can be read", () => {
    expect(programsOf([])).toEqual([]);
    expect(programsOf(["sh", "-c"])).toEqual([]);
    expect(programsOf(["env", "-i", "A=1"])).toEqual(["env"]);
    expect(programsOf(Array.from({ length: 50 }, () => "exec"))).toEqual([]);
  });
});
