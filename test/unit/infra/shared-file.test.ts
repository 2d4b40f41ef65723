import { expect, test } from "vitest";

import { merge } from "../../../infra/settings/merge";
import { readSharedFile } from "../../../infra/settings/shared-file";

test("a project's file is what its stacks share", () => {
  expect(readSharedFile("shop", "datadog-hosts:")).toMatchObject({ networks: ["shop"] });
});

test.each(["nothing", "../package", ""])("a project without a file of its own shares nothing: %j", (project) => {
  expect(readSharedFile(project, "datadog-hosts:")).toEqual({});
});

test("a file with keys of others is refused", () => {
  expect(() => readSharedFile("shop", "other:")).toThrow(
    /stacks\/shop\.yaml.*has the key datadog-hosts:networks; each begins with other:/,
  );
});

test("mappings are merged key by key, the rest is replaced, and what is undefined says nothing", () => {
  expect(merge({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2] }, d: undefined }, { e: 3 })).toEqual({
    a: { b: 1, c: [2] },
    d: 1,
    e: 3,
  });
});
