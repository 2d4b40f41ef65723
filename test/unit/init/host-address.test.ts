import { describe, expect, test } from "vitest";

import { readHostAddress, readHostAddresses } from "../../../tools/init/host-address";

const nothing = { name: undefined, user: undefined, port: undefined };

describe("a host on the command line", () => {
  test.each([
    ["192.0.2.10", { ...nothing, address: "192.0.2.10" }],
    ["web-1=core@web-1.example:2222", { name: "web-1", user: "core", address: "web-1.example", port: 2222 }],
    [
      "web-1=first.last@corp.example@192.0.2.10:22",
      { name: "web-1", user: "first.last@corp.example", address: "192.0.2.10", port: 22 },
    ],
    ["CORP\\ops@web-1.example", { ...nothing, user: "CORP\\ops", address: "web-1.example" }],
    ["first.last@web-1.example", { ...nothing, user: "first.last", address: "web-1.example" }],
    ["2001:db8::1", { ...nothing, address: "2001:db8::1" }],
    ["2001:db8::22", { ...nothing, address: "2001:db8::22" }],
    ["web-1=[2001:db8::1]:22", { ...nothing, name: "web-1", address: "2001:db8::1", port: 22 }],
  ])("%s", (text, expected) => {
    expect(readHostAddress(text)).toEqual(expected);
  });

  test.each(["core@", "[fe80::1%eth0]:22", "@b@c", "=web", "web 1", "web:", "web:123456", ""])(
    "%o is refused, with the expected form",
    (text) => {
      expect(() => readHostAddress(text)).toThrow(/is not a host: write \[NAME=\]/);
    },
  );

  test.each([
    ["-oProxyCommand=id", "name"],
    ["-f/etc/passwd", "address"],
    ["core@-oProxyCommand", "address"],
    ["web-1=-web", "address"],
    ["-l@web", "user"],
    ["core:password@web", "user"],
    ["$(reboot)", "address"],
    ["köln.example", "address"],
    ["010.0.0.1", "address"],
    ["Web-1=192.0.2.10", "name"],
    ["localhost=192.0.2.10", "name"],
    ["web:0", "port"],
    ["web:99999", "port"],
  ])("%o is refused for its %s, before it is a word of a command", (text, part) => {
    expect(() => readHostAddress(text)).toThrow(new RegExp(`is not a host: its ${part} `));
  });

  test("several are separated by commas or blanks", () => {
    expect(readHostAddresses(" a, b\nc=d ").map(({ address }) => address)).toEqual(["a", "b", "d"]);
  });
});
