import { describe, expect, test } from "vitest";

import { ProcessError } from "../../../tools/shared/run";
import { askHosts } from "../../../tools/status/ask-hosts";
import { exitCode } from "../../../tools/status/exit-code";
import { chooseHosts, readOptions, readStatusOptions } from "../../../tools/status/options";
import type { readHost, WatchedHost } from "../../../tools/status/read-host";
import { hostAnswers } from "./host-answers";

const hosts = Array.from({ length: 20 }, (_, number) => ({
  name: `web-${number}`,
  ssh: "ssh",
  agentGeneration: 7 as const,
}));

const ask = (some: readonly WatchedHost[], read: typeof readHost) =>
  askHosts(some, { stack: "s", expected: new Map(), read });

describe("several hosts", () => {
  test("eight are asked at a time, and the reports are in the order of the hosts", async () => {
    let now = 0;
    let most = 0;
    const reports = await ask(hosts, async ({ name }) => {
      most = Math.max(most, ++now);
      // Later hosts answer sooner.
      for (let turn = 20 - Number(name.slice(4)); turn > 0; turn--) await Promise.resolve();
      now--;
      return hostAnswers(7, {});
    });
    expect(most).toBe(8);
    expect(reports.map(({ host }) => host)).toEqual(hosts.map(({ name }) => name));
  });

  test("one that can't be reached affects only its own report, which has the reason", async () => {
    const said = (status: number, stderr: string): ProcessError =>
      new ProcessError("Host web: failed", { status, stdout: "", stderr });
    const failures: Record<string, Error> = {
      "web-0": said(255, "ssh: connect to host 192.0.2.1 port 22: Connection refused\r\n"),
      "web-1": new ProcessError("Host web-1: not done after 60 s."),
      "web-2": said(1, "This account is \u001b[31mclosed.\n"),
    };
    const reports = await ask(hosts.slice(0, 4), ({ name }) => {
      const failure = failures[name];
      return failure === undefined ? Promise.resolve(hostAnswers(7, {})) : Promise.reject(failure);
    });
    expect(reports.slice(0, 3).map(({ reached, problems }) => [reached, problems])).toEqual([
      [
        false,
        [
          "web-0: nothing listens at the host's address and port (ssh: connect to host 192.0.2.1 port 22: Connection refused). Check that the host is up and that sshd listens on this port, then run again.",
        ],
      ],
      [false, ["web-1: has not answered within 60 s. Check the machine and its Docker engine, then ask again."]],
      [false, ["web-2: can't be asked (ssh ended with 1): This account is closed."]],
    ]);
    expect(reports[3]?.reached).toBe(true);
  });

  test("a defect of the program is not reported as a host's problem", async () => {
    await expect(ask(hosts, () => Promise.reject(new TypeError("x")))).rejects.toThrow(TypeError);
  });
});

describe("the exit code", () => {
  const well = { reached: true, instances: [], containers: [], problems: [], drift: [] };
  const row = (error: string) => ({
    host: "web-1",
    check: "redisdb",
    instance: "a",
    container: "",
    tags: [],
    runs: 1,
    samples: 1,
    collected: "",
    error,
    since: null,
  });

  test.each([
    ["all well", [well, { ...well, instances: [row("")] }], 0],
    ["no host at all", [], 0],
    ["a check that errors", [well, { ...well, instances: [row("refused")] }], 1],
    ["a problem", [{ ...well, problems: ["x"] }, well], 1],
    ["drift", [well, { ...well, drift: [{ text: "x", remedy: "y" }] }], 1],
    [
      "a host that can't be asked, the highest of several",
      [
        { ...well, problems: ["x"] },
        { ...well, reached: false },
      ],
      2,
    ],
  ])("%s", (_, reports, code) => {
    expect(exitCode(reports)).toBe(code);
  });
});

describe("the program's arguments", () => {
  test("are stack, format and host", () => {
    expect(readOptions(["shop-staging", "--json", "--host", "web-1"], "x")).toEqual({
      stack: "shop-staging",
      json: true,
      host: "web-1",
    });
    expect(readOptions([], "x")).toEqual({ stack: undefined, json: false, host: undefined });
    expect(readStatusOptions(["a", "--drift", "--watch"])).toMatchObject({ drift: true, watch: true, json: false });
    expect(() => readOptions(["--watch"], "main.ts")).toThrow("Usage: main.ts.");
  });

  test.each([[["a", "b"]], [["--jsn"]], [["a", "--host"]]])("unknown ones are refused: %j", (args) => {
    expect(() => readStatusOptions(args)).toThrow(
      "tools/status/main.ts STACK [--drift] [--json] [--host NAME] [--watch]",
    );
  });

  test("an unknown host is refused, and the stack's hosts are listed", () => {
    expect(chooseHosts("s", hosts.slice(0, 2), "web-1").map(({ name }) => name)).toEqual(["web-1"]);
    expect(() => chooseHosts("s", hosts.slice(0, 2), "db-1")).toThrow("its hosts were: web-0, web-1.");
  });
});
