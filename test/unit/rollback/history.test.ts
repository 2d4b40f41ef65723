import { describe, expect, test } from "vitest";

import { readHistory, targetOf, wasCutOff, type Run } from "../../../tools/rollback/history";

const commit = (letter: string): string => letter.repeat(40);

/** An `up` from a commit; `more` wins. */
const up = (letter: string, more: Partial<Run> = {}): Run => ({
  kind: "update",
  startTime: `2026-11-2${letter.charCodeAt(0) - 96}T10:00:00.000Z`,
  message: "A change",
  environment: { "git.head": commit(letter), "git.dirty": "false" },
  config: { "datadog-hosts:project": { value: "shop", secret: false } },
  result: "succeeded",
  ...more,
});

const back = (letter: string, more: Partial<Run> = {}): Run =>
  up(letter, { message: `rollback: ${commit(letter)}`, ...more });
/** A rollback that has changed its clone, as for a renamed host. */
const changed: Partial<Run> = { environment: { "git.head": commit("b"), "git.dirty": "true" }, config: {} };

describe("a rollback goes to", () => {
  test.each<[string, Run[], string]>([
    ["the up before the newest", [up("c"), up("b"), up("a")], "b"],
    ["the newest successful one where the newest has failed", [up("c", { result: "failed" }), up("b")], "b"],
    ["one from another commit than the newest, however often that was made", [up("c"), up("c"), up("b")], "b"],
    ["no failed one", [up("c"), up("b", { result: "failed" }), up("a")], "a"],
    ["no run of another kind", [up("d", { kind: "refresh" }), up("c"), up("b", { kind: "destroy" }), up("a")], "a"],
    ["one further back after a rollback", [back("b"), up("c"), up("b"), up("a")], "a"],
    ["one further back after two rollbacks", [back("b"), back("c"), up("d"), up("c"), up("b"), up("a")], "a"],
    [
      "the same one again after a rollback that failed",
      [back("b", { result: "failed" }), up("c"), up("b"), up("a")],
      "b",
    ],
    ["one further back after a rollback that changed its clone", [back("b", changed), up("c"), up("b"), up("a")], "a"],
    [
      "one with other settings from the same commit",
      [up("b", { config: { "datadog-hosts:project": { value: "blog", secret: false } } }), up("b")],
      "b",
    ],
  ])("%s", (_, history, expected) => {
    expect(targetOf("shop-staging", history).commit).toBe(commit(expected));
  });

  test.each<[string, Run[], RegExp]>([
    ["there is none", [], /has no up in its history/],
    ["there is only one", [up("a")], /no successful up .* from another commit/],
    [
      "files were not committed",
      [up("b"), up("a", { environment: { "git.head": commit("a"), "git.dirty": "true" } })],
      /^The up of 2026-11-21T10:00:00\.000Z, .* commit aaaaaaaaaaaa with changes that were not committed/,
    ],
    ["it ran outside of git", [up("b"), up("a", { environment: {} })], /did not run in a git clone/],
    [
      "the commit is no commit",
      [up("b"), up("a", { environment: { "git.head": "--upload-pack=x", "git.dirty": "false" } })],
      /did not run in a git clone/,
    ],
  ])("none if %s", (_, history, message) => {
    expect(() => targetOf("shop-staging", history)).toThrow(message);
  });
});

describe("after a run that was killed, and that the history does not have,", () => {
  const endTime = "2026-11-23T10:00:30.000Z";

  test("a rollback goes to the newest successful up", () => {
    expect(targetOf("shop-staging", [up("c"), up("b")], true).commit).toBe(commit("c"));
    expect(targetOf("shop-staging", [up("c", { result: "failed" }), up("b")], true).commit).toBe(commit("b"));
    expect(targetOf("shop-staging", [back("b"), up("c"), up("b")], true).commit).toBe(commit("b"));
  });

  test.each<[string, Parameters<typeof wasCutOff>[0]["deployment"], boolean]>([
    ["nothing says so", { manifest: { time: "2026-11-23T10:00:29.5Z" } }, false],
    ["the clocks differ a little", { manifest: { time: "2026-11-23T10:01:00.5Z" } }, false],
    ["the state was saved later", { manifest: { time: "2026-11-23T10:05:00.123456+00:00" } }, true],
    ["an operation was not finished", { pending_operations: [{ resource: { urn: "u", type: "t" } }] }, true],
    ["the state says nothing", {}, false],
  ])("the state tells: %s", (_, deployment, expected) => {
    expect(wasCutOff({ deployment }, [up("c", { endTime })])).toBe(expected);
  });
});

test.each(["{}", "no such stack", "null"])("a history that reads %s is refused", (text) => {
  expect(() => readHistory(text)).toThrow("printed no list of runs");
});
