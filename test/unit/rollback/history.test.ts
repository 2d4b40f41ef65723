import { describe, expect, test } from "vitest";

import { readHistory, targetOf, type Run } from "../../../tools/rollback/history";

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

const back = (letter: string): Run => up(letter, { message: `rollback: ${commit(letter)}` });

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

test.each(["{}", "no such stack", "null"])("a history that reads %s is refused", (text) => {
  expect(() => readHistory(text)).toThrow("printed no list of runs");
});
