import { expect, test } from "vitest";

import { reword } from "../../../tools/deploy/rewording";

test("of a wrong passphrase, the stack and the variables that hold it are told", () => {
  const text = "before\nerror: getting secrets manager: passphrase: incorrect passphrase\nafter";
  expect(reword("shop-staging", text)).toBe(
    "before\nerror: The passphrase does not open the secrets of stack shop-staging: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, to the one that they were encrypted with.\nafter",
  );
});
