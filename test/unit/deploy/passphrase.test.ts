import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { requirePassphrase } from "../../../tools/deploy/environment";
import { reword } from "../../../tools/deploy/rewording";
import { UserError } from "../../../tools/shared/errors";

const folder = mkdtempSync(join(tmpdir(), "passphrase-"));
const file = join(folder, "passphrase");
writeFileSync(file, "open");
execFileSync("mkfifo", [`${file}.pipe`]);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ["a passphrase", { PULUMI_CONFIG_PASSPHRASE: "open" }],
  ["an empty passphrase", { PULUMI_CONFIG_PASSPHRASE: "" }],
  ["a passphrase, which wins over a file", { PULUMI_CONFIG_PASSPHRASE: "open", PULUMI_CONFIG_PASSPHRASE_FILE: "/no" }],
  ["a file", { PULUMI_CONFIG_PASSPHRASE_FILE: file }],
])("%s will do", (_, environment) => {
  expect(() => {
    requirePassphrase(environment, false);
  }).not.toThrow();
});

test.each([
  ["nothing", {}, /set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE/],
  ["an empty file name", { PULUMI_CONFIG_PASSPHRASE_FILE: "" }, /set PULUMI_CONFIG_PASSPHRASE/],
  [
    "a file that is not there",
    { PULUMI_CONFIG_PASSPHRASE_FILE: `${file}2` },
    /names, .*passphrase2, .*ENOENT.*name a file/,
  ],
  ["a folder", { PULUMI_CONFIG_PASSPHRASE_FILE: folder }, /can't be read \(EISDIR\)/],
  // As a shell makes one of <(COMMAND).
  ["a pipe", { PULUMI_CONFIG_PASSPHRASE_FILE: `${file}.pipe` }, /passphrase.pipe, is a pipe or a device, .* several/],
])("%s won't, where nobody can be asked", (_, environment, message) => {
  const attempt = (): void => {
    requirePassphrase(environment, false);
  };
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(message);
});

test("on a terminal, Pulumi asks for it by itself", () => {
  expect(() => {
    requirePassphrase({}, true);
  }).not.toThrow();
});

test("Pulumi's message about a wrong passphrase is replaced by advice; all others stay", () => {
  const wrong = "error: getting stack configuration: get stack secrets manager: incorrect passphrase\n";
  expect(reword("shop-staging", `warning: something\n${wrong}`)).toMatch(
    /^warning: something\nerror: The passphrase does not decrypt the secrets of stack shop-staging: set PULUMI_CONFIG_PASSPHRASE[^\n]*\n$/,
  );
  expect(reword("shop-staging", "error: update failed\n")).toBe("error: update failed\n");
});
