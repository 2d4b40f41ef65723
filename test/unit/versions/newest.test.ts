import { expect, test } from "vitest";

import { isNewer, newestOf } from "../../../tools/versions/newest";
import { readOutdated } from "../../../tools/versions/npm";
import { describeVersions } from "../../../tools/versions/report";

test.each([
  ["7.70.0", "7.69.4", true],
  ["7.69.10", "7.69.9", true],
  ["7.69.4", "7.69.4", false],
  ["7.9.0", "7.69.4", false],
  ["8.0", "7.69.4", true],
  ["7.70.0-rc.1", "7.69.4", false],
  ["latest", "7.69.4", false],
])("%s is newer than %s: %s", (version, than, expected) => {
  expect(isNewer(version, than)).toBe(expected);
});

test("the newest of a list is a release, of the major version that is asked for", () => {
  const tags = ["latest", "7.9.0", "7.70.0-rc.3", "7.69.4-jmx", "7.69.4", "v7.69.3", "8.1.0", "7"];
  expect(newestOf(tags, 7)).toBe("7.69.4");
  expect(newestOf(tags)).toBe("8.1.0");
  expect(newestOf(["v0.17.2", "v0.16.0"])).toBe("0.17.2");
  expect(newestOf(["latest"])).toBeUndefined();
});

test("what npm prints is read, its errors too", () => {
  const outdated = readOutdated('{"yaml":{"current":"2.9.1","wanted":"2.9.1","latest":"2.10.0"}}');
  expect([...outdated]).toEqual([["yaml", { current: "2.9.1", latest: "2.10.0" }]]);
  expect(readOutdated("").size).toBe(0);
  expect(() => readOutdated("no JSON", "npm error network")).toThrow("npm can't be asked: npm error network");
  expect(() => readOutdated('{"error":{"code":"E","summary":"no network"}}')).toThrow("no network");
});

test("the table is aligned, and marks what is outdated", () => {
  const rows = [
    { name: "docker-gen", used: "0.17.2", newest: "0.18.0", outdated: true },
    { name: "agent", used: "7.69.4", newest: "not known: \u001b[31mno", outdated: false },
  ];
  expect(describeVersions(rows)).toEqual([
    "what        used    newest",
    "docker-gen  0.17.2  0.18.0 (newer)",
    "agent       7.69.4  not known: no",
  ]);
});
