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

test.each([
  "error: validating stack config: cipher: message authentication failed",
  "error: getting stack configuration: get stack secrets manager: malformed state value",
])("secrets that were copied from another stack are named with what to do: %s", (error) => {
  expect(reword("shop-staging", `${error}\n`)).toBe(
    `${error}\nThe secrets in stacks/Pulumi.shop-staging.yaml don't belong to its encryptionsalt: one of them was edited, or copied from another stack's file. Take the file from git (git checkout), or remove the secret and set it again (pulumi config set --secret), then run again.\n`,
  );
});

test.each([
  'unable to open state directory "file:///nowhere": stat /nowhere: no such file or directory',
  'unable to open state database "postgres://*****@127.0.0.1:1/x": failed to ping PostgreSQL: connection refused',
  'unable to open bucket "azblob://nosuch": azureblob: Options.AccountName is required',
  'read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject',
  "missing google credentials: unable to find gcp credentials: google: could not find default credentials",
  "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
])("a backend that can't be used is named with its variable: %s", (reason) => {
  expect(reword("shop-staging", `error: ${reason}\n`)).toBe(
    `error: ${reason}\nThe backend with the stack's state can't be used. Check PULUMI_BACKEND_URL, its credentials and the connection to it (docs/state.md), then run again.\n`,
  );
});

test.each(["place 1: unexpected end of JSON input", "unsupported checkpoint version 99"])(
  "a state that can't be read is named with where earlier ones are: %s",
  (reason) => {
    const error = `error: failed to load checkpoint: ${reason}`;
    expect(reword("shop-staging", `${error}\n`)).toMatch(
      /^error: failed .*\nThe state of stack shop-staging is damaged, or .* shop-staging\.json\.bak beside it .*backups/,
    );
  },
);

test("a host's control characters are escaped; Pulumi's own colours may stay", () => {
  const text = `\u001b[31merror\u001b[0m: said \u001b[2J, \u0007 ${"0a".repeat(16)} http://me:pw@host/\n`;
  expect(reword("s", text)).toBe("error: said , \\x07 ***** http://*****@host/\n");
  expect(reword("s", text, { colours: true })).toContain("\u001b[31merror\u001b[0m: said , \\x07 *****");
});
