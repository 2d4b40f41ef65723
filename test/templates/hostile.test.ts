import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";

import { containerFixture } from "./harness";
import { renderConfigs } from "./render-configs";

/** Anything that Docker lets into an environment variable or a label, and what YAML and templates stumble over. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "\n  - host: evil", "{{ fail }}", "#!file redisdb.d/redisdb.yaml", "'", '"', "*", "&a", "!!js", "\u0085", "\u2028", "\ud800"),
).map((text) => text.replaceAll("\0", ""));

const services = ["redis", "nginx", "apache", "memcached", "postgres"] as const;
const checks = { redis: "redisdb", nginx: "nginx", apache: "apache", memcached: "mcache", postgres: "postgres" } as const;

const container = fc.record({
  service: fc.constantFrom(...services),
  project: hostile,
  environment: hostile,
  connection: hostile,
  port: hostile,
  path: hostile,
  tags: hostile,
  label: hostile,
  ports: fc.array(fc.integer({ min: 1, max: 65535 }), { maxLength: 3 }),
});

test.each([5, 7] as const)("with generation %s every file parses, has its instances and nobody else's values, whatever containers say", async (generation) => {
  await fc.assert(
    fc.asyncProperty(fc.array(container, { minLength: 1, maxLength: 6 }), async (containers) => {
      const fixtures = containers.map((made, index) =>
        containerFixture({
          name: `c${index}`,
          // Its own mark in each value: it may turn up in its own instance only.
          env: {
            SERVICE: made.service,
            PROJECT: `mark${index} ${made.project}`,
            ENVIRONMENT: made.environment,
            CONNECTION: made.connection,
            VIRTPORT: made.port,
            STATUS_PATH: made.path,
            DATADOG_TAGS: made.tags,
          },
          labels: { [`hostile.${made.label}`]: made.label, "datadog-hosts.tags": `label${index} ${made.label}` },
          exposedPorts: [...new Set(made.ports)],
          networks: { bridge: { ip: `172.17.1.${index + 1}` } },
        }),
      );
      const { files, instances } = await renderConfigs(fixtures, { generation });
      for (const text of Object.values(files)) expect(() => parse(text) as unknown).not.toThrow();
      for (const service of services) {
        const own = containers.flatMap((made, index) => (made.service === service ? [index] : []));
        const found = instances(checks[service]) ?? [];
        expect(found).toHaveLength(own.length);
        for (const instance of found) {
          const text = JSON.stringify(instance);
          const marks = new Set([...text.matchAll(/(?:mark|label)(\d+) /g)].map(([, mark]) => mark));
          expect(marks.size).toBe(1);
          expect(text).toContain(`172.17.1.${Number([...marks][0]) + 1}`);
          const tags = (instance["tags"] as string[]).filter((tag) => /^(project|environment):/.test(tag));
          expect(tags).toHaveLength(2);
        }
      }
    }),
    { numRuns: 25 },
  );
});
