import { expect, test } from "vitest";

import { reword } from "../../../tools/deploy/rewording";

test("of a value of another type, the key and the file are told", () => {
  const text =
    "before\nerror: validating stack config: Stack 'shop-staging' with configuration key 'port' must be of type 'integer'\nafter";
  expect(reword("shop-staging", text)).toBe(
    "before\nerror: datadog-hosts:port: is not of the type integer; docs/settings.md has an example. Correct it in stacks/Pulumi.shop-staging.yaml; nothing was touched.\nafter",
  );
});
