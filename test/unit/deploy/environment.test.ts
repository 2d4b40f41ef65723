import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pulumiEnvironment } from "../../../tools/deploy/environment";
import { resolveToolchain, type Origin, type Toolchain } from "../../../tools/toolchain";

vi.mock("../../../tools/toolchain");

const resolve = vi.mocked(resolveToolchain);
const said: string[] = [];

/** A toolchain with a docker plugin from there. */
function toolchain(origin: Origin): Toolchain {
  return {
    parts: [
      { name: "pulumi", origin: "built", version: "3.259.0", location: "/pulumi" },
      { name: "docker-plugin", origin, version: "5.2.0", location: "/docker" },
    ],
    environment: { PATH: "/toolchain" },
    images: {} as Toolchain["images"],
  };
}

beforeEach(() => {
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  said.length = 0;
});

describe("the environment of a run", () => {
  it.each([
    ["shop-staging", "deploy"],
    ["sandboxes", "deploy"],
    ["sandbox-staging", "trial"],
  ])("on stack %s is that of a %s", async (stack, purpose) => {
    resolve.mockResolvedValue(toolchain("found"));
    expect(await pulumiEnvironment(stack, "deployment")).toMatchObject({ PATH: "/toolchain" });
    expect(resolve.mock.lastCall?.[0]).toMatchObject({ purpose });
    expect(resolve.mock.lastCall?.[0].parts).toContain("docker-plugin");
    expect(said).toEqual([]);
  });

  it.each([
    ["DOCKER_HOST", "tcp://docker:2376"],
    ["DOCKER_TLS_VERIFY", "1"],
    ["DOCKER_CERT_PATH", "/certs/client"],
    ["DOCKER_CA_MATERIAL", "x"],
    ["PULUMI_OPTION_STACK", "other"],
    ["PULUMI_OPTION_JSON", "true"],
  ])("has no %s, which would lead the run elsewhere", async (name, value) => {
    vi.stubEnv(name, value);
    vi.stubEnv("DOCKER_CONFIG", "/kept");
    resolve.mockResolvedValue(toolchain("found"));
    const environment = await pulumiEnvironment("shop-staging", "deployment");
    expect(environment).not.toHaveProperty(name);
    expect(environment).toMatchObject({ DOCKER_CONFIG: "/kept" });
  });

  it("needs no plugin if only the stack's state is read or written", async () => {
    resolve.mockResolvedValue(toolchain("found"));
    await pulumiEnvironment("shop-staging", "state");
    expect(resolve.mock.lastCall?.[0].parts).toEqual(["pulumi"]);
  });

  it("with stand-ins is reported in one line", async () => {
    resolve.mockResolvedValue(toolchain("stand-in"));
    await pulumiEnvironment("sandbox-staging", "deployment");
    expect(said).toEqual(["Stand-ins for tests are used in place of the vendors' docker-plugin.\n"]);
  });
});
