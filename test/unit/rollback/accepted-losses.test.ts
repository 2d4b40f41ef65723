import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { lossesByGoingBack } from "../../../tools/rollback/accepted-losses";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "accepted-losses-"));
  mkdirSync(join(folder, "tools"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An earlier clone whose program prints this. */
const losses = (program: string) => {
  writeFileSync(join(folder, "tools/start.cjs"), program);
  return lossesByGoingBack("shop-staging", folder, process.env);
};

test("what the earlier program says of the containers that run now is listed", async () => {
  const instance = { check: "redisdb", instance: "172.18.0.5:6379", container: "cart", tags: [] };
  const hosts = [
    {
      host: "web-1",
      instances: [
        { ...instance, change: "removed", settings: [] },
        {
          ...instance,
          change: "changed",
          container: "",
          settings: [{ key: "tags", removed: ["a:b"], added: ["c:d"] }],
        },
        { ...instance, change: "added", settings: [] },
      ],
    },
  ];
  const answer = JSON.stringify({ stack: "shop-staging", exitCode: 0, accept: "0badcafe", hosts });
  expect(await losses(`console.log(process.argv[4] === "--json" ? ${JSON.stringify(answer)} : "")`)).toEqual({
    accept: "0badcafe",
    lines: ["Host web-1: redisdb 172.18.0.5:6379 (cart) goes", "Host web-1: redisdb 172.18.0.5:6379 loses a:b"],
  });
});

test.each([
  ["has no such program", "process.exit(1)"],
  ["finds no loss", 'console.log(JSON.stringify({ stack: "s", exitCode: 0, hosts: [] }))'],
])("nothing is accepted if the earlier program %s", async (_, program) => {
  expect(await losses(program)).toEqual({ accept: "", lines: [] });
});
