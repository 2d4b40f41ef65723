import { expect, test } from "vitest";

import { firstConfigs } from "../../infra/rendering/generator-files";
import { integrationsOf, renderConfigs, stack } from "./render-configs";

test.each([5, 7] as const)("with generation %s first configs are what the generator writes on a host without containers", async (generation) => {
  const { files } = await renderConfigs([], { generation });
  expect(files).toEqual(firstConfigs(stack({ generation }), integrationsOf(generation)));
});
