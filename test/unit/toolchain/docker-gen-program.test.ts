import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dockerGenProgramSources } from "../../../tools/toolchain/docker-gen-program";
import { versions } from "../../../tools/toolchain/parts";

let folder: string;
let log: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docker-gen-test-"));
  log = [];
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("PATH", `${join(folder, "bin")}:/usr/bin:/bin`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a docker-gen of some version onto the PATH, and looks for one. */
function find(version: string): ReturnType<ReturnType<typeof dockerGenProgramSources>["find"]> {
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "docker-gen"), `#!/bin/sh\n[ "$1" = -version ] && echo ${version}\n`, {
    mode: 0o755,
  });
  return dockerGenProgramSources((line) => log.push(line), false).find();
}

it("finds docker-gen on the PATH in the version that the hosts run", async () => {
  const wanted = versions["docker-gen"];
  expect(await find(wanted)).toEqual({ version: wanted, location: join(folder, "bin", "docker-gen") });
  expect(log).toEqual([]);
});

it.each(["0.12.0", `${versions["docker-gen"]}-standin`])(
  "takes no docker-gen of version %s, and says so",
  async (version) => {
    expect(await find(version)).toBeUndefined();
    expect(log).toEqual([
      `docker-gen: ${join(folder, "bin", "docker-gen")} is version ${version}; ${versions["docker-gen"]} is needed.`,
    ]);
  },
);
