import { expect, test } from "vitest";

import { expectQuoted, renderedSymptoms } from "../unit/docs/symptoms";
import { containerFixture } from "./harness";
import { renderConfigs } from "./render-configs";

/** By symptom, what a container declares that has it. */
const declared: Readonly<Record<string, Pick<Parameters<typeof containerFixture>[0], "env" | "labels">>> = {
  "A value is not used": { env: { SERVICE: "redis", CONNECTION: "0,ENC[file@/etc/shadow]" } },
  "Series have two values of a tag": {
    env: { SERVICE: "redis", PROJECT: "blog" },
    labels: { "datadog-hosts.project": "shop" },
  },
};

test.each(renderedSymptoms)("%s is printed as the page of symptoms quotes it", async (symptom) => {
  const container = containerFixture({ name: "cart", networks: { bridge: { ip: "172.17.0.5" } }, ...declared[symptom] });
  const { files } = await renderConfigs([container]);
  expectQuoted(symptom, Object.values(files).join("\n"));
});

test("a symptom that a container does not have is not printed", async () => {
  const container = containerFixture({ name: "cart", networks: { bridge: { ip: "172.17.0.5" } }, env: { SERVICE: "redis" } });
  const { files } = await renderConfigs([container]);
  for (const symptom of renderedSymptoms) expect(() => expectQuoted(symptom, Object.values(files).join("\n"))).toThrow();
});
