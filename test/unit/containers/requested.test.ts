import { expect, test } from "vitest";

import { requestedPage, requestedServices } from "../../../tools/containers/services";

const asked = (service: string): readonly string[] => requestedServices({ labels: new Map(), service });

test.each([
  ["redis", ["redis"]],
  [' "Redis"\r', ["redis"]],
  ["\u201credis\u201d", ["redis"]],
  ["\u2018redis\u2019, \u00abnginx\u00bb", ["redis", "nginx"]],
  ['\\"redis\\"', ["redis"]],
  ["redis # the cache", ["redis"]],
  ["redis,nginx\t# both", ["redis", "nginx"]],
  ['"redis" # the cache', ["redis"]],
  ["  # redis", []],
  ["# redis", []],
  ["#redis", ["#redis"]],
  ["redis#1", ["redis#1"]],
  ['"redis # 1"', ["redis # 1"]],
  ["redis\n#nginx", ["redis\n#nginx"]],
])("SERVICE=%j asks for %j, as the generator reads it", (service, expected) => {
  expect(asked(service)).toEqual(expected);
});

test("a label for a status page may have a comment behind it", () => {
  const labels = new Map([["datadog-hosts.status-page", "nginx # generated"]]);
  expect(requestedPage({ labels })).toBe("nginx");
});

test("megabytes of blanks take no time", () => {
  expect(asked(`${" \t".repeat(2_000_000)}# redis`)).toEqual([]);
});
