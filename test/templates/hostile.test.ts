import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";

import { containerFixture } from "./harness";
import type { GenerationNumber } from "../../infra/integrations";
import { renderConfigs } from "./render-configs";
import { declared, servicesOf } from "./services";

/** Anything that Docker lets into an environment variable or a label, and what YAML and templates stumble over. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "\n  - host: evil", "{{ fail }}", "#!file redisdb.d/redisdb.yaml", "\n#!end", "'", '"', "*", "&a", "!!js", "\u0085", "\u2028", "\ud800"),
).map((text) => text.replaceAll("\0", ""));

/** A name as Docker allows it. */
const containerName = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,30}$/);

/** The words by which a container says things of itself: variable and label. A password file is not one: it has to be bound. */
const words: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(declared).filter(([word]) => word !== "PASSWORD_FILE"));

const containerOf = (generation: GenerationNumber) => fc.record({
  name: containerName,
  services: fc.uniqueArray(fc.constantFrom(...servicesOf(generation).map(({ name }) => name)), { maxLength: 3 }),
  said: fc.record(Object.fromEntries(Object.keys(words).map((word) => [word, hostile]))),
  labelled: fc.subarray(Object.keys(words)),
  label: hostile,
  statusPage: fc.constantFrom("nginx", "apache", ""),
  ports: fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { maxLength: 3 }),
  near: fc.boolean(),
});

/** The label of a word. */
const labelOf = (word: string): string => `datadog-hosts.${words[word] ?? ""}`;

/** Each value has the mark of its container: it may turn up in that one's instances only. */
const marked = (index: number, text: string): string => `mark${index}x ${text}`;

test.each([5, 7] as const)("with generation %s every file parses, has its instances and nobody else's values, whatever containers say", async (generation) => {
  const services = servicesOf(generation);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(containerOf(generation), { selector: ({ name }) => name, minLength: 1, maxLength: 6 }), async (containers) => {
      const fixtures = containers.map((made, index) => {
        const said = Object.entries(made.said).map(([word, text]): [string, string] => [
          word,
          // What is behind a comma is of its own: the password, and a tag.
          `${marked(index, text)},${marked(index, text)}`,
        ]);
        return containerFixture({
          name: made.name,
          env: { SERVICE: made.services.join(","), ...Object.fromEntries(said) },
          labels: {
            [`hostile.${made.label}`]: marked(index, made.label),
            "datadog-hosts.status-page": made.statusPage,
            ...Object.fromEntries(said.filter(([word]) => made.labelled.includes(word)).map(([word, text]) => [labelOf(word), text])),
          },
          exposedPorts: made.ports,
          networks: { [made.near ? "bridge" : "far"]: { ip: `172.17.1.${index + 1}` } },
        });
      });
      const { files, instances } = await renderConfigs(fixtures, { generation });
      for (const text of Object.values(files)) expect(() => parse(text) as unknown).not.toThrow();
      for (const { name: service, check, defaultPort, keys } of services) {
        const owners = containers.flatMap((made, index) => {
          const hasPort = defaultPort !== undefined || made.ports.length === 1;
          // Generation 5 does not speak with PHP-FPM's usual port.
          const isRefused = Object.values(files).some((text) => text.includes(`"${made.name}" has no instance: generation 5 of the agent asks a web server`));
          return made.near && hasPort && made.services.includes(service) && !(check === "php_fpm" && isRefused) ? [index] : [];
        });
        const found = instances(check) ?? [];
        const marksOf = (instance: object): string[] => [
          ...new Set([...JSON.stringify(instance).matchAll(/mark(\d+)x /g)].map(([, mark]) => mark ?? "")),
        ];
        expect(found.map(marksOf).sort()).toEqual(owners.map((index) => [String(index)]).sort());
        for (const instance of found) {
          expect(JSON.stringify(instance)).toContain(`172.17.1.${Number(marksOf(instance)[0]) + 1}`);
          const tags = instance["tags"] as string[];
          for (const key of ["project:", "environment:"]) expect(tags.filter((tag) => tag.startsWith(key))).toHaveLength(1);
          expect(Object.keys(instance).filter((key) => !keys.includes(key))).toEqual([]);
        }
      }
      // Those that the agent does not reach are named, each in the file of each integration.
      const unreached = containers.flatMap((made) => (made.near ? [] : services.filter(({ name }) => made.services.includes(name)).map(({ check }) => [made.name, check] as const)));
      for (const [name, check] of unreached) {
        expect(files[generation === 7 ? `${check}.d/${check}.yaml` : `${check}.yaml`]).toContain(`# "${name}" has no instance: it shares no network`);
      }
    }),
    { numRuns: 25 },
  );
});
