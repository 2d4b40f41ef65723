import { expect, test } from "vitest";

import { generatedFiles, readGenerated } from "../../tools/docs/files";

test.each(Object.entries(generatedFiles()))("%s says what the schema of the settings says", (file, expected) => {
  expect(readGenerated(file), "renew it with `make docs`").toBe(expected);
});
