import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { requireStack, stackNames } from "../../../tools/deploy/stacks";
import { UserError } from "../../../tools/shared/errors";

const folder = mkdtempSync(join(tmpdir(), "stacks-"));
beforeAll(() => {
  for (const file of [
    "Pulumi.shop-staging.yaml",
    "Pulumi.blog-staging.yaml",
    "shop.yaml",
    "Pulumi.yaml",
    "notes.txt",
  ]) {
    writeFileSync(join(folder, file), "");
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("the stacks are those with a stack file, sorted", () => {
  expect(stackNames(folder)).toEqual(["blog-staging", "shop-staging"]);
});

test("a folder without stack files has no stacks", () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  expect(stackNames(empty)).toEqual([]);
});

test("a folder in place of a stack file is no stack", () => {
  const other = join(folder, "other");
  mkdirSync(join(other, "Pulumi.shop-staging.yaml"), { recursive: true });
  expect(stackNames(other)).toEqual([]);
  expect(() => requireStack(other, "shop-staging")).toThrow(/There are: none \(make init creates one\)\./);
});

test("a missing folder is reported, with what to do", () => {
  const read = () => stackNames(join(folder, "missing"));
  expect(read).toThrow(UserError);
  expect(read).toThrow(/missing\/ of the stack files can't be read \(ENOENT\)\. Restore it \(git checkout/);
});

test("a stack with a file is accepted", () => {
  expect(requireStack(folder, "shop-staging")).toBe("shop-staging");
});

test.each([undefined, ""])("a missing name is refused, and the stacks are listed: %j", (name) => {
  expect(() => requireStack(folder, name)).toThrow(UserError);
  expect(() => requireStack(folder, name)).toThrow(
    /^No stack is given\. Set STACK=name; .*: blog-staging, shop-staging\.$/,
  );
});

test.each(["nowhere", "../shop", "x/../shop", "shop", "shop staging", "*", "shop-staging.yaml"])(
  "a name without a file is refused: %s",
  (name) => {
    expect(() => requireStack(folder, name)).toThrow(UserError);
    expect(() => requireStack(folder, name)).toThrow(/^There is no stack .* There are: blog-staging, shop-staging\./);
  },
);
