import { describe, expect, test } from "vitest";

import { hintVariables } from "../../../infra/integrations";
import { services } from "../../../tools/containers/services";
import { reportHost } from "../../../tools/status/report";
import { containerId, hostAnswers, ownContainers, type ToldContainer } from "./host-answers";

const remarksOn = (declared: Partial<ToldContainer>): readonly string[] => {
  const containers = [...ownContainers, { id: containerId(9), name: "cart", ...declared }];
  return reportHost("web-1", hostAnswers(7, { containers })).remarks.filter((line) => line.includes("effect"));
};
const all = services.map(({ service }) => service);
const asksForAll = { variables: [`SERVICE=${all.join(",")}`] };
const labelled = (label: string): readonly string[] => remarksOn({ ...asksForAll, labels: { [label]: "1" } });

const words = ["service", "project", "environment", "tags", ...Object.keys(hintVariables)];
const names = services.flatMap(({ hintNames }) => hintNames);
const specific = services.flatMap(({ hintNames, hints = Object.keys(hintVariables) }) =>
  hintNames.flatMap((service) => ["port", ...hints].map((hint) => `${service}.${hint}`)),
);

test("a hint that the generator reads needs no remark, neither by itself nor for one service", () => {
  const labels = Object.fromEntries([...words, ...specific].map((word) => [`datadog-hosts.${word}`, "1"]));
  const variables = Object.values(hintVariables).flatMap((name) => [
    `${name}=1`,
    ...names.map((service) => `${name}_${service.toUpperCase()}=1`),
  ]);
  expect(remarksOn({ labels: { ...labels, "datadog-hosts.service": all.join(",") }, variables })).toEqual([]);
});

describe("a misspelt label is reported, with the nearest known one", () => {
  const slips: readonly (readonly [string, (word: string) => string])[] = [
    ["a letter too few", (word) => word.slice(0, 2) + word.slice(3)],
    ["a letter too many", (word) => `${word}s`],
    ["a capital", (word) => word.replace(/^./, (first) => first.toUpperCase())],
    ["two letters swapped", (word) => word.slice(0, 1) + (word[2] ?? "") + (word[1] ?? "") + word.slice(3)],
  ];

  test.each(slips)("%s", (_, slip) => {
    for (const word of words) {
      expect(labelled(`datadog-hosts.${slip(word)}`)).toEqual([
        `web-1: cart has the label datadog-hosts.${slip(word)}, which has no effect: the nearest known one is datadog-hosts.${word}`,
      ]);
    }
  });

  test.each([
    ["datadog-hosts.redis.prot", "datadog-hosts.redis.port"],
    ["datadog-hosts.rediss.port", "datadog-hosts.redis.port"],
    ["datadog-hosts.mariadb.prot", "datadog-hosts.mysql.port"],
    ["datadog-hosts.redis.service", "datadog-hosts.redis."],
    ["datadog-hosts.", "datadog-hosts."],
    ["datadog-host.service", "begin with datadog-hosts.; the nearest known one is datadog-hosts.service"],
    ["datadog_hosts.port", "begin with datadog-hosts.; the nearest known one is datadog-hosts.port"],
    ["DataDog-Hosts.Service", "begin with datadog-hosts.; the nearest known one is datadog-hosts.service"],
    ["datadog-hosts/tags", "begin with datadog-hosts.; the nearest known one is datadog-hosts.tags"],
  ])("%s", (label, near) => {
    const lines = labelled(label);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(near);
  });
});

test("labels of other programs, and those that this program sets, need no remark", () => {
  const others = ["com.docker.compose.service", "com.datadoghq.ad.checks", "datadog", "tags"];
  const mine = ["stack", "host", "role", "cache"].map((name) => `datadog-hosts.${name}`);
  for (const label of [...others, ...mine]) expect(labelled(label)).toEqual([]);
});

test("a label for a service that the container does not ask for is reported", () => {
  const asksForRedis = { variables: ["SERVICE=redis"] };
  expect(remarksOn({ ...asksForRedis, labels: { "datadog-hosts.nginx.port": "80" } })).toEqual([
    "web-1: cart has the label datadog-hosts.nginx.port, which has no effect: it is for nginx, which the container does not ask for",
  ]);
});

test("a hint that no service reads which the container asks for is reported", () => {
  const unread = (service: string, declared: Partial<ToldContainer>): readonly string[] =>
    remarksOn({ ...declared, variables: [`SERVICE=${service}`, ...(declared.variables ?? [])] });
  const why = "which has no effect: no service that it asks for reads it";
  expect(unread("memcached", { variables: ["CONNECTION_TLS=true", "STATUS_PATH=/x", "CONNECTION=a"] })).toEqual([
    `web-1: cart has the variable CONNECTION_TLS, ${why}`,
  ]);
  expect(unread("memcached", { labels: { "datadog-hosts.tls": "true", "datadog-hosts.port": "1" } })).toEqual([
    "web-1: cart has the label datadog-hosts.tls, which has no effect: no service that the container asks for reads it",
  ]);
  expect(
    unread("memcached,redis", { labels: { "datadog-hosts.tls": "1", "datadog-hosts.memcached.tls": "1" } }),
  ).toEqual(["web-1: cart has the label datadog-hosts.memcached.tls, which has no effect: memcached does not read it"]);
  for (const service of ["redis", "postgresql", "mariadb", "mongo", "kafka"]) {
    expect(unread(service, { variables: ["CONNECTION_TLS=true"], labels: { "datadog-hosts.tls": "1" } })).toEqual([]);
  }
});

test("a status page of an unknown server is reported", () => {
  const page = (server: string): readonly string[] =>
    reportHost(
      "web-1",
      hostAnswers(7, {
        containers: [
          ...ownContainers,
          { id: containerId(9), name: "web", labels: { "datadog-hosts.status-page": server } },
        ],
      }),
    ).remarks.filter((line) => line.includes("status page"));
  expect(page("ngnix")).toEqual(['web-1: web asks for the status page of "ngnix", and there are only: apache, nginx']);
  for (const server of ["nginx", " Apache ", '"nginx"']) expect(page(server)).toEqual([]);
});

test("a misspelt variable is reported if its container asks for a service; other variables are not this program's", () => {
  const variables = ["VIRT_PORT=1", "CONECTION=0,p", "PASSWORD_FILES=a"];
  expect(remarksOn({ variables: ["SERVICE=redis", ...variables] })).toEqual([
    "web-1: cart has the variable VIRT_PORT, which has no effect: probably VIRTPORT is meant",
    "web-1: cart has the variable CONECTION, which has no effect: probably CONNECTION is meant",
    "web-1: cart has the variable PASSWORD_FILES, which has no effect: probably PASSWORD_FILE is meant",
  ]);
  expect(remarksOn({ variables })).toEqual([]);
  expect(remarksOn({ variables: ["SERVICE=openmetrics", "VIRTPORT_OPENMETRIC=1", "VIRTPORT_TYPE=1"] })).toEqual([
    "web-1: cart has the variable VIRTPORT_OPENMETRIC, which has no effect: probably VIRTPORT_OPENMETRICS is meant",
  ]);
  expect(remarksOn({ variables: ["SERVICE=redis", "CONNECTION=0", "CONNECTIONS=5", "PORT=1", "PATH=/"] })).toEqual([]);
});

test("a variable that is not in capitals is reported, and SERVICE also where the container asks for nothing", () => {
  const effect = (variable: string, meant: string): string =>
    `web-1: cart has the variable ${variable}, which has no effect: probably ${meant} is meant`;
  expect(remarksOn({ variables: ["Service=redis"] })).toEqual([effect("Service", "SERVICE")]);
  expect(remarksOn({ variables: ["SERVICE=redis", "project=shop", "Logs=true", "services=a"] })).toEqual([
    effect("project", "PROJECT"),
    effect("Logs", "LOGS"),
  ]);
  expect(remarksOn({ variables: ["project=shop"] })).toEqual([]);
});

test("many of them take few lines, and none reaches the terminal unescaped", () => {
  const many = Array.from({ length: 500 }, (_, index) => [`datadog-hosts.\u001b[2J${index}${"x".repeat(500)}`, "1"]);
  const lines = remarksOn({ labels: Object.fromEntries(many) as Record<string, string> });
  expect(lines).toHaveLength(6);
  expect(lines[5]).toBe("web-1: cart has 495 more labels and variables without effect");
  expect(lines.join("")).not.toContain("\u001b");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(250);
});

test("services that are asked on one unusual port are reported, unless each has its own", () => {
  const common = (service: string, port: string, more: readonly string[] = []): readonly string[] => {
    const cart = { id: containerId(9), name: "cart", variables: [`SERVICE=${service}`, ...more], ports: [port] };
    const { remarks } = reportHost("web-1", hostAnswers(7, { containers: [...ownContainers, cart] }));
    return remarks.filter((line) => line.includes("exposes"));
  };
  expect(common("redis,memcached", "7000/tcp")).toEqual([
    "web-1: cart exposes port 7000 only, on which redis and memcached are asked: declare the port of each (--label datadog-hosts.redis.port=PORT --label datadog-hosts.memcached.port=PORT)",
  ]);
  expect(common("redis,memcached", "6379/tcp")).toEqual([]);
  expect(common("redis,openmetrics", "7000/tcp")).toEqual([]);
  expect(common("redis,memcached", "7000/tcp", ["VIRTPORT_REDISDB=7001"])).toEqual([]);
  expect(common("redis,memcached", "7000/tcp", ["VIRTPORT=7000"])).toEqual([]);
});
