import { expect, test } from "vitest";

import { firstConfigs } from "../../infra/rendering/generator-files";
import { integrations, renderConfigs, stack } from "./render-configs";

test("first configs are what the generator writes on a host without containers", async () => {
  const { files } = await renderConfigs([]);
  expect(files).toEqual(firstConfigs(stack(), integrations));
});
