import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { ProofAnswer } from "../../../infra/fleet";
import { hooksOf } from "./hooks-of";

const containers = { agent: ["a".repeat(64)], generator: ["c".repeat(64), "b".repeat(64)] };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "proof-hooks-"));
  // Replaces the host: it records the scripts.
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\ncat >>'${folder}/done'\n`);
  chmodSync(join(folder, "ssh"), 0o755);
  writeFileSync(join(folder, "done"), "");
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const doneOnHost = (): string => readFileSync(join(folder, "done"), "utf8");

describe("a host whose containers are replaced", () => {
  test("is recorded once, and passes if it still collects", async () => {
    const { changeFiles, replaceContainer, complete, asked, server } = await hooksOf(() => ({ containers }));
    await changeFiles();
    await Promise.all([replaceContainer(), replaceContainer()]);
    await complete();
    expect(asked).toEqual(["begin", "begin", "note", "prove"]);
    expect(doneOnHost()).toBe("");
    server.close();
  });

  test("is not changed if the answer forbids it: neither its containers nor its files", async () => {
    const { changeFiles, replaceContainer, asked, server } = await hooksOf(() => ({ problem: "was left as it is" }));
    await expect(changeFiles()).rejects.toThrow("Host web-1 (192.0.2.10): was left as it is");
    await expect(replaceContainer()).rejects.toThrow("Host web-1 (192.0.2.10): was left as it is");
    expect(asked).toEqual(["begin", "note"]);
    server.close();
  });

  test("goes back to both of its containers if it lost something", async () => {
    const { replaceContainer, complete, asked, server } = await hooksOf(({ phase }) =>
      phase === "prove" ? { problem: "redisdb lost team:a" } : { containers },
    );
    await replaceContainer();
    await expect(complete()).rejects.toThrow(
      "Host web-1 (192.0.2.10): went back to its old dd-agent and datadog-gen, and the change was not made: redisdb lost team:a",
    );
    expect(asked).toEqual(["note", "prove", "back"]);
    expect(doneOnHost()).toContain(`come_back dd-agent agent ${containers.agent.join(" ")}\n`);
    expect(doneOnHost()).toContain(`come_back datadog-gen generator ${containers.generator.join(" ")}\n`);
    server.close();
  });

  test("goes back to the socket filter that it had, and keeps no new one if it had none", async () => {
    const goBack = async (old: NonNullable<ProofAnswer["containers"]>): Promise<string> => {
      writeFileSync(join(folder, "done"), "");
      const { replaceContainer, complete, server } = await hooksOf(
        ({ phase }) => (phase === "prove" ? { problem: "lost" } : { containers: old }),
        { socketFilter: { image: "haproxy:3.0" } },
      );
      await replaceContainer();
      await expect(complete()).rejects.toThrow("went back");
      server.close();
      return doneOnHost();
    };
    const filter = "f".repeat(64);
    const restored = await goBack({ filter: [filter], ...containers });
    expect(restored).toContain(`come_back datadog-filter filter ${filter}\n`);
    expect(restored).not.toContain("remove_others filter ''\n");
    expect(await goBack(containers)).toContain("remove_others filter ''\n");
  });

  test("goes back if a container fails after the proof, and says why", async () => {
    const { replaceContainer, complete, fail, asked, server } = await hooksOf(() => ({ containers }));
    const said = vi.spyOn(pulumi.log, "error").mockResolvedValue();
    await replaceContainer();
    await complete();
    await fail("exit status 1: Host web-1 (192.0.2.10): the new dd-agent is unhealthy. Its last output:\n  x\n");
    expect(said.mock.calls[0]?.[0]).toBe(
      "Host web-1 (192.0.2.10): went back to its old dd-agent and datadog-gen, and the change was not made: the new dd-agent is unhealthy. Its last output:\n  x",
    );
    expect(asked).toEqual(["note", "prove", "back"]);
    expect(doneOnHost()).toContain("come_back dd-agent");
    server.close();
  });

  test("does not go back a second time if it has failed the proof, and says nothing more if the old containers are removed", async () => {
    const { replaceContainer, complete, fail, server } = await hooksOf(({ phase }) =>
      phase === "prove" ? { problem: "lost" } : { containers },
    );
    const said = vi.spyOn(pulumi.log, "error").mockResolvedValue();
    await replaceContainer();
    await expect(complete()).rejects.toThrow("went back");
    writeFileSync(join(folder, "done"), "");
    await fail("before hook failed");
    expect(doneOnHost()).toBe("");

    const proven = await hooksOf(() => ({ containers }));
    await proven.replaceContainer();
    await proven.complete();
    writeFileSync(join(folder, "ssh"), "#!/bin/sh\ncat >/dev/null\nexit 1\n");
    await proven.fail("a folder can't be removed");
    expect(said).not.toHaveBeenCalled();
    server.close();
    proven.server.close();
  });

  test("goes back if make up has ended", async () => {
    const { replaceContainer, complete, server } = await hooksOf(() => ({ containers }));
    await replaceContainer();
    server.close();
    await expect(complete()).rejects.toThrow("make up has ended before the host could prove");
    expect(doneOnHost()).toContain("come_back dd-agent");
  });

  test("does not count as gone back if it can't be reached", async () => {
    const { replaceContainer, complete, asked, server } = await hooksOf(({ phase }) =>
      phase === "prove" ? { problem: "lost" } : { containers },
    );
    await replaceContainer();
    writeFileSync(join(folder, "ssh"), "#!/bin/sh\ncat >/dev/null\necho 'Connection refused' >&2\nexit 255\n");
    await expect(complete()).rejects.toThrow(/could not be brought back: .*Connection refused/);
    expect(asked).toEqual(["note", "prove"]);
    server.close();
  });
});

test("a host without a replaced container has nothing to prove, unless an earlier run was killed before it could", async () => {
  const { complete, asked, server } = await hooksOf(() => ({}));
  await complete();
  expect(asked).toEqual(["resume"]);
  server.close();
});

test("a host that has lost something by a change of a killed run goes back to its containers of before that run", async () => {
  const { complete, server } = await hooksOf(() => ({ containers, problem: "redisdb lost team:a" }));
  await expect(complete()).rejects.toThrow("went back to its old dd-agent and datadog-gen");
  expect(doneOnHost()).toContain(`come_back datadog-gen generator ${containers.generator.join(" ")}\n`);
  server.close();
});

test("a host without earlier containers does not go back", async () => {
  const { replaceContainer, complete, server } = await hooksOf(({ phase }) =>
    phase === "prove" ? { problem: "x" } : {},
  );
  await replaceContainer();
  await expect(complete()).rejects.toThrow("Host web-1 (192.0.2.10): x");
  server.close();
});
