import { describe, expect, test } from "vitest";

import { hideKeys, hideSecrets, secretsIn } from "../../../tools/shared/secrets";
import { shown, shownLines } from "../../../tools/shared/shown";

const key = "0123456789abcdef0123456789ABCDEF";

describe("secrets are recognised by their form", () => {
  test.each([
    ["an API key", `sent ${key}.`, "sent *****."],
    ["an API key that something clings to", `api_key${key}ab`, "api_key*****"],
    ["name and password in a URL", "get http://me:p@ss/w@host:80/x failed", "get http://*****@host:80/x failed"],
    ["a password alone in a URL", "redis://:pw@10.0.0.1:6379/0", "redis://*****@10.0.0.1:6379/0"],
    [
      "a URL without a password stays",
      "http://10.0.0.1:80/server-status?auto",
      "http://10.0.0.1:80/server-status?auto",
    ],
    ["an image's digest stays", `sha256:${"a1".repeat(32)}`, `sha256:${"a1".repeat(32)}`],
    ["a commit stays", "a1".repeat(20), "a1".repeat(20)],
  ])("%s", (_, text, expected) => {
    expect(hideKeys(text)).toBe(expected);
  });

  test.each([
    ["password=hunter2 and more", "password=***** and more"],
    [`{"db_password": "hunter 2", "port": 1}`, `{"db_password": *****, "port": 1}`],
    ["Authorization: Basic aHVudGVyMg==", "Authorization: Basic *****"],
    ["PGPASSWORD='hunter 2' psql", "PGPASSWORD=***** psql"],
    ['token: "cut off', "token: ***** off"],
    ["no password is set", "no password is set"],
  ])("a value behind a secret's name: %s", (text, expected) => {
    expect(hideSecrets(text)).toBe(expected);
  });
});

test("two API keys in a row are masked, although a container's id has the same length", () => {
  expect(hideSecrets(key + key)).toBe("*****");
  expect(hideSecrets(`sha256:${key}${key}`)).toBe(`sha256:${key}${key}`);
});

test("values of secret keys are found at any depth", () => {
  const found = secretsIn({ a: [{ Password: "one", b: { api_key: 2 } }], auth_token: { c: ["three"] }, host: "h" });
  expect(found).toEqual(["one", "2", "three"]);
});

describe("known secrets", () => {
  test("an ordinary word is masked as a whole word, a rare one anywhere", () => {
    expect(hideSecrets("pw pwd", ["pw"])).toBe("***** pwd");
    expect(hideSecrets("xHunter2-longy", ["Hunter2-long"])).toBe("x*****y");
  });

  test("also in the forms for URLs and quoted text", () => {
    expect(hideSecrets(String.raw`a%20b%22c and "a b\"c"`, ['a b"c'])).toBe('***** and "*****"');
  });

  test("a secret is not used as a pattern", () => {
    expect(hideSecrets("a.c abc", ["a.c"])).toBe("***** abc");
  });
});

describe("shown text", () => {
  test("masks every text, at any depth, and nothing else", () => {
    expect(shown({ a: [`\u001b[31m${key}`, 1], b: { c: "x\ny" } })).toEqual({ a: ["*****", 1], b: { c: "x y" } });
  });

  test("masks a secret with an escape sequence in it", () => {
    const text = `${key.slice(0, 9)}\u001b[0m${key.slice(9)}`;
    expect(shown(text)).toBe("*****");
    expect(shownLines(text)).toBe("*****");
  });
});
