import { describe, expect, test } from "vitest";

import { hideKeys, hideSecrets, secretsIn } from "../../../tools/shared/secrets";
import { shown, shownLines } from "../../../tools/shared/shown";

const key = "0123456789abcdef0123456789ABCDEF";

describe("secrets that show by their form", () => {
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

test("where no container's id is to be read, two API keys in a row are none", () => {
  expect(hideSecrets(key + key)).toBe("*****");
  expect(hideSecrets(`sha256:${key}${key}`)).toBe(`sha256:${key}${key}`);
});

test("values at keys of secrets are found at any depth", () => {
  const found = secretsIn({ a: [{ Password: "one", b: { api_key: 2 } }], auth_token: { c: ["three"] }, host: "h" });
  expect(found).toEqual(["one", "2", "three"]);
});

describe("secrets that are known", () => {
  test("an ordinary word is hidden as a word, a rare one wherever it stands", () => {
    expect(hideSecrets("pw pwd", ["pw"])).toBe("***** pwd");
    expect(hideSecrets("xHunter2-longy", ["Hunter2-long"])).toBe("x*****y");
  });

  test("as it is written in a URL and in quotes, too", () => {
    expect(hideSecrets(String.raw`a%20b%22c and "a b\"c"`, ['a b"c'])).toBe('***** and "*****"');
  });

  test("what looks like a pattern is none", () => {
    expect(hideSecrets("a.c abc", ["a.c"])).toBe("***** abc");
  });
});

describe("what is shown", () => {
  test("every text of it, at any depth, and nothing else", () => {
    expect(shown({ a: [`\u001b[31m${key}`, 1], b: { c: "x\ny" } })).toEqual({ a: ["*****", 1], b: { c: "x y" } });
  });

  test("an escape sequence in the midst of a secret does not save it", () => {
    const text = `${key.slice(0, 9)}\u001b[0m${key.slice(9)}`;
    expect(shown(text)).toBe("*****");
    expect(shownLines(text)).toBe("*****");
  });
});
