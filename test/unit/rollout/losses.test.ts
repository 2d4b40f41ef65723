import { describe, expect, test } from "vitest";

import { findMissing, recordInstances, type AcceptedLoss } from "../../../tools/rollout/losses";
import type { InstanceView } from "../../../tools/rollout/view";
import { hostView, instances, ownContainers, rows } from "./view";

const note = recordInstances(hostView());
const nothing: readonly AcceptedLoss[] = [];

const textsOf = (view: Parameters<typeof findMissing>[0], accepted = nothing): [string, string][] =>
  findMissing(view, note, accepted).map(({ kind, text }) => [kind, text]);

test("nothing is missing on a host that collects as before, or more", () => {
  expect(textsOf(hostView())).toEqual([]);
  const more = instances.map((instance) => ({ ...instance, tags: [...instance.tags, "team:new"] }));
  expect(
    textsOf(hostView({ generated: more, agent: rows.map((row) => ({ ...row, tags: [...row.tags, "team:new"] })) })),
  ).toEqual([]);
});

test("only an instance that gave samples without an error counts as working", () => {
  const agent = rows.map((row, index) => (index === 0 ? { ...row, error: "refused" } : { ...row, samples: 0 }));
  expect(recordInstances(hostView({ agent })).map(({ worked }) => worked)).toEqual([false, false]);
  expect(note.map(({ worked }) => worked)).toEqual([true, true]);
});

describe("a loss", () => {
  const [redis, web] = instances;

  test("is an instance that is no longer generated", () => {
    expect(textsOf(hostView({ generated: [redis] }))).toEqual([
      ["lost", "nginx http://172.18.0.3:80/ (web) has no instance any more"],
    ]);
  });

  test("is a tag", () => {
    const generated = [redis, { ...web, tags: ["project:shop"] }];
    expect(textsOf(hostView({ generated }))).toEqual([
      ["lost", "nginx http://172.18.0.3:80/ (web) lost environment:test"],
    ]);
  });

  test("is not an instance whose container has stopped meanwhile", () => {
    expect(textsOf(hostView({ generated: [redis], containers: ownContainers.slice(0, 3) }))).toEqual([]);
  });

  test("is not an instance whose container has a new address", () => {
    const moved = { ...web, address: "http://172.18.0.9:80/" };
    const agent = rows.map((row) => (row.check === "nginx" ? { ...row, instance: moved.address } : row));
    expect(textsOf(hostView({ generated: [redis, moved], agent }))).toEqual([]);
  });

  test("is not what was accepted", () => {
    const loss = { host: "web-1", check: "nginx", address: "elsewhere", container: "web", tags: undefined };
    expect(textsOf(hostView({ generated: [redis] }), [loss])).toEqual([]);
    const fewer = { ...web, tags: ["project:shop"] };
    const agent = rows.map((row) => (row.check === "nginx" ? { ...row, tags: fewer.tags } : row));
    const view = hostView({ generated: [redis, fewer], agent });
    expect(textsOf(view, [{ ...loss, tags: ["environment:test"] }])).toEqual([]);
    expect(textsOf(view, [{ ...loss, tags: ["project:shop"] }])).toHaveLength(1);
    expect(textsOf(view, [{ ...loss, check: "apache" }])).toHaveLength(1);
  });
});

test.each<[string, readonly InstanceView[], string]>([
  ["an instance that the agent does not have", rows.slice(0, 1), "the agent has no such instance"],
  [
    "one that it has without a tag",
    [rows[0], { ...rows[1], tags: [] }],
    "the agent has it without project:shop environment:test",
  ],
  ["a check that fails", [rows[0], { ...rows[1], error: "refused" }], "fails: refused"],
  ["a check without samples", [rows[0], { ...rows[1], samples: 0 }], "gives no samples"],
])("%s may still come", (_, agent, expected) => {
  const [[how, text] = ["", ""], ...others] = textsOf(hostView({ agent }));
  expect(others).toEqual([]);
  expect(how).toBe("late");
  expect(text).toContain(expected);
});

test.each([
  [0, { state: "restarting" }, "broken", "the new dd-agent ends again and again (exit code 0)"],
  [0, { state: "exited", exitCode: 7 }, "broken", "the new dd-agent does not run (exited, exit code 7)"],
  [1, { health: "unhealthy" }, "broken", "the new datadog-gen is unhealthy"],
  [1, { health: "starting" }, "late", "the new datadog-gen has published nothing"],
] as const)("container %i that is %j is told before its instances", (index, change, how, text) => {
  const containers = ownContainers.map((container, place) =>
    place === index ? { ...container, ...change } : container,
  );
  expect(textsOf(hostView({ containers, generated: [] }))).toEqual([[how, text]]);
});

test("a missing container is reported", () => {
  expect(textsOf(hostView({ containers: ownContainers.slice(1) }))).toEqual([["broken", "there is no dd-agent"]]);
});
