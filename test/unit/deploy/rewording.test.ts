import { expect, test } from "vitest";

import { reword } from "../../../tools/deploy/rewording";

test("after a wrong passphrase, the stack and the passphrase's variables are named", () => {
  const text = "before\nerror: getting secrets manager: passphrase: incorrect passphrase\nafter";
  expect(reword("shop-staging", text)).toBe(
    "before\nerror: The passphrase does not decrypt the secrets of stack shop-staging: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, to the one that they were encrypted with.\nafter",
  );
});

test("a stack that the backend does not have is named, with what to do", () => {
  expect(reword("shop-staging", "error: no stack named 'shop-staging' found\n")).toBe(
    "error: Stack shop-staging is not in this backend, so it was never deployed: run make up STACK=shop-staging, or set PULUMI_BACKEND_URL to the backend that has it.\n",
  );
});

test("a host's control characters are escaped; Pulumi's own colours may stay", () => {
  const text = `\u001b[31merror\u001b[0m: said \u001b[2J, \u0007 ${"0a".repeat(16)} http://me:pw@host/\n`;
  expect(reword("s", text)).toBe("error: said , \\x07 ***** http://*****@host/\n");
  expect(reword("s", text, { colours: true })).toContain("\u001b[31merror\u001b[0m: said , \\x07 *****");
});
