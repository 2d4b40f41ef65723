import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { generatedFiles, readGenerated } from "../../tools/docs/files";

test.each(Object.entries(generatedFiles()))("%s is up to date with its source", (file, expected) => {
  expect(readGenerated(file), "renew it with `make docs`").toBe(expected);
});

test("a picture shows each recorded line", () => {
  const recorded = readFileSync("docs/picture/run.txt", "utf8").trimEnd().split("\n");
  const plain = readGenerated("docs/picture/dark.svg")
    .replace(/<tspan[^>]*>|<\/tspan>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
  const drawn = [...plain.matchAll(/<text[^>]*>(.*)<\/text>/g)].map(([, line]) => line);
  expect(drawn).toEqual(recorded.filter((line) => line !== ""));
});
