import { describe, expect, it } from "vitest";
import { imageRecipe, instructionsOf } from "../../../tools/toolchain/image-recipe";
import { agentImage, dockerGenImage } from "../../../tools/toolchain/standin-images";

describe("instructionsOf", () => {
  it("writes each setting as Docker reads it", () => {
    const { config } = imageRecipe.parse({
      base: "busybox-static",
      files: [],
      config: {
        Env: ["A=b c", 'Q=say "x"'],
        Cmd: ["/init", "two words"],
        Entrypoint: ["/entry"],
        User: "nobody",
        WorkingDir: "/data",
        ExposedPorts: { "8125/udp": {} },
        Volumes: { "/var/log": {} },
        Labels: { b: "2", a: "1" },
        Healthcheck: { Test: ["CMD", "/probe.sh"], IntervalSeconds: 30, TimeoutSeconds: 5, Retries: 2 },
      },
    });
    expect(instructionsOf(config)).toEqual([
      'ENV A="b c"',
      'ENV Q="say \\"x\\""',
      'LABEL a="1"',
      'LABEL b="2"',
      "EXPOSE 8125/udp",
      "VOLUME /var/log",
      "USER nobody",
      "WORKDIR /data",
      'HEALTHCHECK --interval=30s --timeout=5s --retries=2 CMD ["/probe.sh"]',
      'ENTRYPOINT ["/entry"]',
      'CMD ["/init","two words"]',
    ]);
  });

  it("writes a health check that a shell runs", () => {
    const { config } = imageRecipe.parse({
      base: "busybox-static",
      files: [],
      config: { Healthcheck: { Test: ["CMD-SHELL", "test -e /ok || exit 1"] } },
    });
    expect(instructionsOf(config)).toEqual(["HEALTHCHECK CMD test -e /ok || exit 1"]);
  });
});

describe("imageRecipe", () => {
  it("refuses unknown keys", () => {
    expect(() => imageRecipe.parse({ base: "busybox-static", files: [], config: { Envs: [] } })).toThrow();
    expect(() => imageRecipe.parse({ base: "alpine", files: [], config: {} })).toThrow();
    const relative = { path: "bin/x", mode: "0755" };
    expect(() => imageRecipe.parse({ base: "busybox-static", files: [relative], config: {} })).toThrow();
  });

  it.each(["5", "7"] as const)("matches the sources of the agent's generation %s", (generation) => {
    const { recipe } = agentImage(generation);
    expect(recipe.files.map(({ from }) => from)).toContain("agent");
    expect(recipe.config.Healthcheck).toBeDefined();
  });

  it("gives docker-gen the same socket path as the vendor's image", () => {
    expect(instructionsOf(dockerGenImage.recipe.config)).toEqual([
      'ENV DOCKER_HOST="unix:///tmp/docker.sock"',
      'ENTRYPOINT ["/usr/local/bin/docker-gen"]',
    ]);
  });
});
