import { expect, test } from "vitest";

import { collectAnswers, readIntegrations } from "../../../tools/init/answers";

test("integrations may be named by their services", () => {
  expect(readIntegrations("redis, Postgres nginx docker")).toEqual(["docker", "nginx", "postgres", "redisdb"]);
  expect(() => readIntegrations("redis rediss")).toThrow(/^There is no integration rediss; there are: apache, /);
});

test.each(["a=core@192.0.2.10 b=192.0.2.10:22", "web.example,WEB.example", "[2001:db8::1]:22 2001:db8::1"])(
  "a machine that is listed twice is refused before it is asked for its key: %s",
  async (hosts) => {
    const preset = { project: "shop", environment: "staging", "api-key-file": "-" };
    await expect(collectAnswers({ ...preset, hosts }, undefined)).rejects.toThrow(/ is listed twice; list it once/);
  },
);

test("two machines behind one address are two", async () => {
  const preset = { project: "shop", environment: "staging", "api-key-file": "-" };
  const { hosts } = await collectAnswers({ ...preset, hosts: "192.0.2.10:22 192.0.2.10:2222" }, undefined);
  expect(hosts.map(({ name, port }) => [name, port])).toEqual([
    ["shop-staging-1", 22],
    ["shop-staging-2", 2222],
  ]);
});
