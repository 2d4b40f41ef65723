import { describe, expect, test } from "vitest";

import { shown } from "../../../tools/shared/shown";
import { widthOf } from "../../../tools/shared/terminal-text";
import type { ContainerRow, HostReport, InstanceReport } from "../../../tools/status/schema";
import { showProgress, usesColours, widthOfScreen } from "../../../tools/status/screen";
import { formatReports, type TextOptions } from "../../../tools/status/text";

const instance: InstanceReport = {
  host: "web-1",
  check: "redisdb",
  instance: "172.17.0.3:6379",
  container: "cart",
  tags: ["project:shop", "environment:staging"],
  runs: 2,
  samples: 30,
  collected: "30 samples, 2 runs",
  error: "",
  since: null,
};

const watched: ContainerRow = {
  container: "cart",
  service: "redis",
  check: "redisdb",
  recognisedBy: "variable SERVICE",
  watch: "watched",
  instance: instance.instance,
  tags: instance.tags,
  collected: instance.collected,
  error: "",
  since: null,
  reason: null,
  why: "",
  fixes: [],
};

const unwatched: ContainerRow = {
  ...watched,
  container: "orders",
  service: "postgres",
  check: "postgres",
  recognisedBy: "image postgres",
  watch: "unwatched",
  instance: "",
  tags: [],
  collected: "",
  reason: "does-not-ask",
  why: "it does not ask to be watched",
  fixes: [{ place: "container", line: "--label datadog-hosts.service=postgres" }],
};

const empty: HostReport = {
  host: "web-1",
  reached: true,
  instances: [],
  containers: [],
  unknown: 0,
  problems: [],
  remarks: [],
  drift: [],
};

const text = (report: Partial<HostReport>, options: TextOptions = {}): string[] =>
  formatReports([shown({ ...empty, ...report })], options).split("\n");

test("each container has a row, with its address and tags, or the reason and the line to add", () => {
  expect(text({ instances: [instance], containers: [watched, unwatched], unknown: 2 })).toEqual([
    "web-1: 4 containers run; 1 watched, 1 recognised and not watched, 2 unknown",
    "ok    redisdb       cart                                      30 samples, 2 runs",
    "      172.17.0.3:6379 project:shop environment:staging",
    "--    postgres      orders                                           not watched",
    "      recognised by its image postgres; it does not ask to be watched",
    "      add to docker run: --label datadog-hosts.service=postgres",
  ]);
});

test("a failing row has the time since when, the reason, and what to do", () => {
  const failing: ContainerRow = {
    ...watched,
    watch: "failing",
    error: "403 Client Error",
    since: "2026-01-02T03:04:05Z",
    reason: "status-page-forbidden",
    why: "it refuses its status page to the agent",
    fixes: [{ place: "host", line: "mkdir -p /home/core/datadog/generated/nginx/cart" }],
  };
  expect(text({ containers: [failing] }).slice(1)).toEqual([
    "FAIL  redisdb       cart                                      30 samples, 2 runs",
    "      172.17.0.3:6379 project:shop environment:staging",
    "      fails since 2026-01-02 03:04:05 UTC: 403 Client Error",
    "      it refuses its status page to the agent",
    "      on the host: mkdir -p /home/core/datadog/generated/nginx/cart",
  ]);
});

test("an instance of no container has a row, too", () => {
  const own = { ...instance, container: "", check: "docker", instance: "(docker)", tags: ["stack:shop-staging"] };
  expect(text({ instances: [own] }).slice(1)).toEqual([
    "ok    docker        (docker)                                  30 samples, 2 runs",
    "      stack:shop-staging",
  ]);
});

test("a long name is whole: the result then has a line for itself", () => {
  const name = "chat-web-6ef8a6a84c525b123c5245345a8483f86d05a123";
  const own: Partial<ContainerRow> = { container: name, check: "kafka_consumer" };
  expect(text({ containers: [{ ...watched, ...own }] }).slice(1)).toEqual([
    `ok    kafka_consumer  ${name}`,
    "                                                              30 samples, 2 runs",
    "      172.17.0.3:6379 project:shop environment:staging",
  ]);
  const longest = `${"name-".repeat(20)}end`;
  const [head = "", ...others] = text({ containers: [{ ...watched, container: longest }] }).slice(1);
  expect(head.slice("ok    redisdb       ".length) + (others[0] ?? "").trim()).toBe(longest);
});

describe("what is wide", () => {
  const wide = "東京 ".repeat(300);
  const long = "x".repeat(5000);
  const reports: Partial<HostReport> = {
    host: "a-host",
    instances: [{ ...instance, container: "", instance: `http://${long}/`, error: wide, tags: [`project:${long}`] }],
    containers: [
      { ...watched, container: long, tags: [wide] },
      { ...unwatched, why: wide },
    ],
    problems: [`a-host: ${wide}`],
    remarks: [`a-host: ${long}`],
    drift: [{ text: long, remedy: wide }],
  };

  test.each([40, 60, 80, 200])("fits %i columns", (width) => {
    for (const about of ["everything", "drift"] as const) {
      const lines = text(reports, { width, about });
      for (const line of lines.filter((one) => !one.includes("--label"))) {
        expect(widthOf(line), line).toBeLessThanOrEqual(width);
      }
      expect(lines.length).toBeLessThan(200);
    }
  });

  test("is cut, but a line to be copied never is", () => {
    const line = `--volume /home/${"y".repeat(200)}:/etc/nginx/conf.d:ro`;
    const lines = text({ containers: [{ ...unwatched, fixes: [{ place: "container", line }] }] });
    expect(lines.at(-2)).toBe("      add to docker run:");
    expect(lines.at(-1)).toBe(`        ${line}`);
  });
});

test("problems, drift and remarks follow the rows; a remark that a row has is not repeated", () => {
  const lines = text({
    containers: [watched, unwatched],
    problems: ["web-1: no generator"],
    drift: [{ text: "the container dd-agent is gone", remedy: "make up STACK=s repairs it." }],
    remarks: ["web-1: orders has no instance: it shares no network", "web-1: cart has tags that are left out"],
  });
  expect(lines.slice(7)).toEqual([
    "Problems:",
    "  no generator",
    "Drift:",
    "  the container dd-agent is gone. make up STACK=s repairs it.",
    "Remarks:",
    "  cart has tags that are left out",
  ]);
});

test("a host that can't be asked has its reason", () => {
  expect(text({ reached: false, problems: ["web-1: nothing listens"] })).toEqual([
    "web-1: can't be asked",
    "  nothing listens",
  ]);
});

test("drift by itself is one line for each difference", () => {
  const drift = [{ text: "x is gone", remedy: "make up repairs it." }];
  expect(text({ instances: [instance], drift }, { about: "drift" })).toEqual([
    "Host web-1: x is gone. make up repairs it.",
  ]);
  expect(text({ instances: [instance] }, { about: "drift" })).toEqual([""]);
});

test("progress is shown on a terminal only, if that can clear a line", () => {
  const written: string[] = [];
  const write = (text: string): number => written.push(text);
  showProgress({ isTTY: true, write }, "1 of 2", { TERM: "xterm" });
  showProgress({ isTTY: true, write }, "1 of 2", { TERM: "dumb" });
  showProgress({ write }, "2 of 2", {});
  expect(written).toEqual(["\r\u001b[K1 of 2"]);
});

describe("colours", () => {
  // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
  const escapes = /\u001b\[[0-9;]*m/g;

  test("change nothing but the states", () => {
    const report = { instances: [instance], containers: [watched, unwatched] };
    const coloured = text(report, { colours: true }).join("\n");
    expect(coloured).toContain("\u001b[32mok  \u001b[0m");
    expect(coloured.replace(escapes, "")).toBe(text(report).join("\n"));
    expect(text(report).join("\n")).not.toMatch(escapes);
  });

  test.each([
    ["on a terminal", { isTTY: true }, {}, true],
    ["with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["with an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true],
    ["on a terminal without any", { isTTY: true }, { TERM: "dumb" }, false],
    ["in a file", {}, { FORCE_COLOR: "1" }, false],
  ])("%s", (_, screen, environment, used) => {
    expect(usesColours(screen, environment)).toBe(used);
  });

  test("the width is the terminal's own, else 80", () => {
    expect([widthOfScreen({ isTTY: true, columns: 132 }), widthOfScreen({ columns: 132 }), widthOfScreen({})]).toEqual([
      132, 80, 80,
    ]);
  });
});
