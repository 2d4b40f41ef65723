import { describe, expect, test } from "vitest";

import { truncate, harmlessLine, harmlessLines, pad, widthOf } from "../../../tools/shared/terminal-text";

describe("control and invisible characters", () => {
  test.each([
    ["an escape sequence goes", "x\u001b]0;title\u0007\u001b[2Jy", "xy"],
    ["a control character", "a\u0007b\u0000c\u007fd", "a\\x07b\\x00c\\x7fd"],
    ["a control character of the second set", "a\u0085\u0090b", "a\\x85\\x90b"],
    ["a turn of the direction of writing", "abc\u202ecba\u2066", "abc\\u202ecba\\u2066"],
    ["what has no width", "a\u200b\u2060\u00adb", "a\\u200b\\u2060\\xadb"],
    ["half of a character", "a\ud800b", "a\\ud800b"],
    ["tags beyond the first plane", "a\u{e0041}", "a\\u{e0041}"],
    ["a private character", "\ue000", "\\ue000"],
    ["letters of any language stay", "größe 東京 ñandú", "größe 東京 ñandú"],
  ])("%s", (_, text, expected) => {
    expect(harmlessLine(text)).toBe(expected);
  });

  test("a letter keeps no more combining marks than a language needs", () => {
    expect(harmlessLine(`e${"\u0301".repeat(5)}`)).toBe(`e${"\u0301".repeat(3)}\\u0301\\u0301`);
  });

  test("tabs, line ends and other blanks become one blank in a line", () => {
    expect(harmlessLine(" a\t b\r\nc\u2028d\u00a0e ")).toBe("a b c d e");
  });

  test("lines are kept on request", () => {
    expect(harmlessLines("a\r\n  b\tc\u001b[31m\n\u0007")).toBe("a\n  b  c\n\\x07");
  });
});

describe("width", () => {
  test("wide characters take two columns, and a text that is cut ends with …", () => {
    expect(widthOf("東京")).toBe(4);
    expect(truncate("東京東京", 8)).toBe("東京東京");
    expect(truncate("東京東京", 7)).toBe("東京東…");
    expect(truncate("東京東京", 6)).toBe("東京…");
    expect(pad("東", 4)).toBe("東  ");
  });

  test("a text of zero-width marks is cut too", () => {
    expect(truncate(`a${"\u0301".repeat(10_000)}`, 10).length).toBeLessThan(50);
  });

  test("no character is cut in half", () => {
    expect(truncate("😀😀😀", 4)).toBe("😀…");
  });
});
