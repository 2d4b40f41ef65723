import { describe, expect, test } from "vitest";

import { checkFleet } from "../../../infra/fleet";
import { readSettings } from "../../../infra/settings/read";
import { recordGraph, useStack, type GraphResource } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const image = "haproxy:3.0";
const engine = "/home/core/datadog/generated/engine";

async function graphWith(settings: Record<string, unknown>): Promise<(name: string) => GraphResource | undefined> {
  const secrets = ["apiKey", "registries"].filter((key) => key === "apiKey" || key in settings);
  const graph = await recordGraph({ stack: "s", config: { ...smallestConfig, ...settings }, secrets });
  return (name) => graph.find(({ urn }) => urn.endsWith(`::web-1-${name}`));
}

function inputs(resource: GraphResource | undefined): Record<string, unknown> {
  return (resource?.inputs ?? {}) as Record<string, unknown>;
}

/** Where a container reaches the engine: the source of the mount. */
function reaches(resource: GraphResource | undefined): string | undefined {
  const mounts = inputs(resource)["mounts"] as readonly { readonly source: string; readonly target: string }[];
  return mounts.find(({ target }) => target === "/run/docker-engine")?.source;
}

describe("a host with a socket filter", () => {
  test("has a container that alone reaches the engine's own socket, before the two others", async () => {
    const of = await graphWith({ socketFilter: { image } });
    expect(inputs(of("filter"))).toMatchObject({ name: "datadog-filter", image, networkMode: "none", readOnly: true });
    expect([reaches(of("filter")), reaches(of("agent")), reaches(of("generator"))]).toEqual([
      "/var/run",
      engine,
      engine,
    ]);
    for (const name of ["agent", "generator", "cleanup"]) {
      expect(of(name)?.dependsOn.some((urn) => urn.endsWith("::web-1-filter"))).toBe(true);
    }
  });

  test("gets its rules and the folder of its socket with the other files", async () => {
    const script = String(inputs((await graphWith({ socketFilter: { image } }))("files"))["stdin"]);
    expect(script).toContain(`writable_folder ${engine} 0700\n`);
    expect(script).toContain("haproxy.cfg");
  });

  test("is checked for the image, and for the engine's socket as the filter sees it", async () => {
    const script = String(inputs((await graphWith({ socketFilter: { image } }))("preflight"))["stdin"]);
    expect(script).toMatch(/^images_are_available \S+ \S+ haproxy:3\.0$/m);
    expect(script).toMatch(
      /^engine_takes datadog-filter haproxy:3\.0 \/run\/docker-engine\/docker\.sock --user root /m,
    );
    expect(script).toMatch(/^engine_takes dd-agent \S+ '' --pid host /m);
  });

  test("pulls its image by the provider if registries have credentials", async () => {
    const registries = [{ address: "registry.example", username: "reader", password: "p" }];
    const of = await graphWith({ socketFilter: { image }, registries });
    expect(inputs(of("filter-image"))).toMatchObject({ name: image });
  });

  test("takes over the old containers with the generator, not with the filter", async () => {
    const of = await graphWith({ socketFilter: { image }, adopt: true });
    expect(of("filter")?.dependsOn.some((urn) => urn.endsWith("::web-1-generator"))).toBe(false);
  });

  test("watches the filter, and removes others that an interrupted run left", async () => {
    const script = String(inputs((await graphWith({ socketFilter: { image } }))("cleanup"))["stdin"]);
    expect(script).toMatch(/^must_be_steady 3 web-1-generator-id web-1-agent-id web-1-generator-id web-1-filter-id$/m);
    expect(script).toMatch(/^remove_leftovers web-1-agent-id web-1-generator-id web-1-filter-id$/m);
  });

  test("does not collect the filter's logs, not even with an earlier generator", async () => {
    const { labels } = inputs((await graphWith({ socketFilter: { image } }))("filter"));
    expect(labels).toContainEqual({ label: "datadog-hosts.logs", value: "false" });
  });

  test.each(["/", "/run", "/var/run", "/var/run/docker.sock"])(
    "refuses the mount of %s, which leads past the filter",
    (source) => {
      const generator = { mounts: [{ source, target: "/host-run" }] };
      useStack({ stack: "s", config: { ...smallestConfig, socketFilter: { image }, generator } });
      expect(() => checkFleet(readSettings())).toThrow(
        `generator.mounts[0].source: ${source} leads past socketFilter to the Docker engine's own socket`,
      );
    },
  );
});

test("a host without a socket filter has no such container", async () => {
  const of = await graphWith({});
  expect(of("filter")).toBeUndefined();
  expect(reaches(of("agent"))).toBe("/var/run");
});
