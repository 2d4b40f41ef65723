import { expect, test } from "vitest";

import {
  findContainer,
  instancesByAddress,
  instancesByContainerId,
  nearestNames,
} from "../../../tools/check/instances";
import { readConfigFile } from "../../../tools/status/config-files";
import type { Container } from "../../../tools/containers/containers";

const id = "ab".repeat(32);

test("generation 7: a container's instances are in the files of its id", () => {
  const text = "instances:\n  - host: 172.18.0.5\n    port: 6379\n    tags: [project:shop]\n";
  const files = [`redisdb.d/${id}.yaml`, `redisdb.d/${"cd".repeat(32)}.yaml`, "redisdb.d/redisdb.yaml"].map((path) =>
    readConfigFile(path, 0, text),
  );
  expect(instancesByContainerId(files, id)).toMatchObject([
    { check: "redisdb", number: 0, address: "172.18.0.5:6379", tags: ["project:shop"] },
  ]);
});

test("generation 5: a container's instances are those that target its addresses", () => {
  const redis =
    "instances:\n  - {host: 172.18.0.50, port: 6379, tags: [a:b]}\n  - {host: 172.18.0.5, port: 6379, tags: [a:b]}\n";
  const nginx = "instances:\n  - nginx_status_url: http://172.18.0.5:80/nginx_status\n";
  const files = [readConfigFile("redisdb.yaml", 0, redis), readConfigFile("nginx.yaml", 0, nginx)];
  expect(instancesByAddress(files, ["172.18.0.5"])).toMatchObject([
    { check: "redisdb", number: 1, others: ["172.18.0.50"], sharesTags: true },
    { check: "nginx", number: 0, others: [], sharesTags: false },
  ]);
});

test("a container is found by its name, by the beginning of its id, or by its service in a Swarm", () => {
  const container = (name: string, first: string): Container => ({
    id: `${first}${"0".repeat(56)}`,
    name,
    state: "running",
    health: "",
    exitCode: 0,
    secondsUp: 60,
    labelNames: [],
    restarts: 0,
    outOfMemory: false,
    image: "",
    command: [],
    ports: [],
    networkMode: "bridge",
    networks: [],
    addresses: [],
    service: "",
    pollInterval: "",
    variables: new Set(),
    labels: new Map(),
  });
  const all = [container("cart", "abcdef01"), container("abcdef02", "abcdef02"), container("other", "abcdef03")];
  expect(findContainer(all, "cart")?.name).toBe("cart");
  expect(findContainer(all, "abcdef03")?.name).toBe("other");
  expect(findContainer(all, "abcdef")).toBeUndefined();
  expect(findContainer(all, "car")).toBeUndefined();
  const task = (number: number): Container => container(`web.${number}.${"t".repeat(25)}`, `abcdef1${number}`);
  expect(findContainer([...all, task(1), { ...task(2), state: "exited" }], "web")?.name).toBe(task(1).name);
  expect(findContainer([...all, task(1), task(2)], "web")).toBeUndefined();
});

test.each([
  ["chat-web-6ef8", ["web", "chat-web-6ef8a6a84c52", "cart"], "the nearest name is chat-web-6ef8a6a84c52"],
  ["redis", ["cart-Redis-1", "web", "cart-redis-2"], "the nearest names are cart-Redis-1, cart-redis-2"],
  ["a", ["a1", "a2", "a3", "a4", "a5", "a6", "a7"], "the nearest names are a1, a2, a3, a4, a5 and 2 more"],
  ["cartt", ["web", "cart"], "the nearest name is cart"],
  ["cart", [], "no other container is there"],
])("for the unknown name %s among %j, %s", (wanted, names, expected) => {
  expect(nearestNames(wanted, names)).toBe(expected);
});
