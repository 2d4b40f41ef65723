import * as fs from "node:fs";

import { beforeEach, describe, expect, test } from "vitest";

import { waitFor } from "../../tools/shared/wait";
import { drafts, firstProcess, passwords, publish, root, useGenerator, write } from "./publishing";

useGenerator();

describe("a password file", () => {
  /** The first process of a container with docker-gen, whose control group looks like that from where the script runs. */
  const dockerGen = async (cgroup: string): ReturnType<typeof firstProcess> => {
    const found = await firstProcess("generator");
    write(`/proc/${String(found.process.pid)}/cgroup`, cgroup);
    write(`/proc/${String(found.process.pid)}/comm`, "docker-gen\n");
    return found;
  };

  beforeEach(() => {
    for (const name of ["datadog", "nginx", "apache"]) {
      write(`${drafts}/${name}`, "#!end\n", 60);
      publish(name);
    }
  });

  test("that changes makes this container's docker-gen render again, once, and nobody else's", async () => {
    const own = await dockerGen("0::/\n");
    const other = await dockerGen("0::/../other\n");
    const told = (times: number) =>
      waitFor(`docker-gen to be told ${times} times`, () => Promise.resolve(own.told() === times), { timeoutMs: 20_000, intervalMs: 20 });
    try {
      expect(publish()).toBe(0);
      await told(1);
      expect(publish()).toBe(0);
      write(`${passwords}/cart`, "one");
      expect(publish()).toBe(0);
      await told(2);
      fs.renameSync(`${root}${passwords}/cart`, `${root}${passwords}/old`);
      write(`${passwords}/cart`, "two");
      expect(publish()).toBe(0);
      await told(3);
      expect(publish()).toBe(0);
      expect([own.told(), other.told()]).toEqual([3, 0]);
    } finally {
      for (const { process } of [own, other]) process.kill("SIGKILL");
    }
  });

  test("that changes while docker-gen can't get a signal is noticed later", async () => {
    write(`${passwords}/cart`, "one");
    expect(publish()).toBe(0);
    const own = await dockerGen("0::/\n");
    try {
      expect(publish()).toBe(0);
      await waitFor("docker-gen to be told", () => Promise.resolve(own.told() === 1), { timeoutMs: 20_000, intervalMs: 20 });
    } finally {
      own.process.kill("SIGKILL");
    }
  });
});
