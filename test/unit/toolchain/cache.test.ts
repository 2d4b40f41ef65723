import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  cachedFolder,
  cacheFolder,
  explainFullDisk,
  hashOf,
  hashOfFiles,
  makeTemporaryFolder,
} from "../../../tools/shared/cache";
import { UserError } from "../../../tools/shared/errors";
import { silent } from "../../../tools/shared/progress";
import { RecentFailure, withFailureCache } from "../../../tools/toolchain/downloads";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cache-test-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe("cacheFolder", () => {
  it("follows XDG_CACHE_HOME", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/big" })).toBe("/big/datadog-hosts");
    expect(cacheFolder({ XDG_CACHE_HOME: "" })).toMatch(/\/\.cache\/datadog-hosts$/);
  });
});

describe("makeTemporaryFolder", () => {
  it.each(["/proc", "/proc/version", "/sys"])("says so if the system takes no folder: %s", async (base) => {
    vi.stubEnv("XDG_CACHE_HOME", base);
    await expect(makeTemporaryFolder()).rejects.toThrow(/Can't write to the cache folder .*XDG_CACHE_HOME/);
  });
});

describe("cachedFolder", () => {
  const write = async (target: string): Promise<void> => writeFile(join(target, "result"), "done");

  it("builds once and keeps the result", async () => {
    const build = vi.fn(write);
    const first = await cachedFolder("kind/key", silent, build);
    const second = await cachedFolder("kind/key", silent, build);
    expect(second).toBe(first);
    expect(build).toHaveBeenCalledTimes(1);
    expect(await readFile(join(first, "result"), "utf8")).toBe("done");
  });

  it("builds once for two runs at the same time", async () => {
    const build = vi.fn(write);
    const both = await Promise.all([cachedFolder("key", silent, build), cachedFolder("key", silent, build)]);
    expect(both[0]).toBe(both[1]);
    expect(build).toHaveBeenCalledTimes(1);
  });

  it("does not keep a failed build", async () => {
    const half = async (target: string): Promise<void> => {
      await write(target);
      throw new Error("broke off");
    };
    await expect(cachedFolder("key", silent, half)).rejects.toThrow("broke off");
    expect(existsSync(join(cacheFolder(), "key"))).toBe(false);
    expect(await readdir(join(cacheFolder(), "tmp"))).toEqual([]);
    const built = await cachedFolder("key", silent, write);
    expect(existsSync(join(built, "result"))).toBe(true);
  });

  it("removes leftovers of killed builds after a day, but no younger ones", async () => {
    const [old, young] = [await makeTemporaryFolder(), await makeTemporaryFolder()];
    const time = new Date(Date.now() - 90_000_000);
    await utimes(old, time, time);
    await cachedFolder("key", silent, write);
    expect(existsSync(old)).toBe(false);
    expect(existsSync(young)).toBe(true);
  });

  it("says how to fix a full disk", async () => {
    const full = (): Promise<void> => Promise.reject(new Error("write: no space left on device"));
    const error: unknown = await cachedFolder("key", silent, full).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(cacheFolder());
    const other = new Error("something else");
    expect(explainFullDisk(other)).toBe(other);
  });
});

describe("hashes", () => {
  it("keep adjacent texts apart", () => {
    expect(hashOf("ab", "c")).not.toBe(hashOf("a", "bc"));
    expect(hashOf("ab")).toMatch(/^[0-9a-f]{12}$/);
  });

  it("change with a file's content and with its name, not with the order of the paths", async () => {
    await writeFile(join(folder, "a"), "1");
    await writeFile(join(folder, "b"), "2");
    const before = await hashOfFiles(folder, ["a", "b"]);
    expect(await hashOfFiles(folder, ["b", "a"])).toBe(before);
    await writeFile(join(folder, "b"), "3");
    expect(await hashOfFiles(folder, ["a", "b"])).not.toBe(before);
    await writeFile(join(folder, "c"), "2");
    expect(await hashOfFiles(folder, ["a", "c"])).not.toBe(before);
  });
});

describe("rememberingFailure", () => {
  const failing = (): Promise<string> => Promise.reject(new UserError("no such host"));

  it("does not try a failed download again for an hour", async () => {
    await expect(withFailureCache("x", failing, { retry: false })).rejects.toThrow("no such host");
    const download = vi.fn(() => Promise.resolve("got it"));
    const error: unknown = await withFailureCache("x", download, { retry: false }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RecentFailure);
    expect((error as Error).message).toBe("no such host");
    expect(download).not.toHaveBeenCalled();
    expect(await withFailureCache("another", download, { retry: false })).toBe("got it");
  });

  it("tries again after an hour, or on request; a success forgets the failure", async () => {
    await expect(withFailureCache("x", failing, { retry: false })).rejects.toThrow();
    const notes = join(cacheFolder(), "failed-downloads");
    const [note] = await readdir(notes);
    const old = new Date(Date.now() - 3_601_000);
    await utimes(join(notes, note ?? ""), old, old);
    const download = vi.fn(() => Promise.resolve("got it"));
    expect(await withFailureCache("x", download, { retry: false })).toBe("got it");
    expect(await readdir(notes)).toEqual([]);
    await expect(withFailureCache("x", failing, { retry: false })).rejects.toThrow();
    expect(await withFailureCache("x", download, { retry: true })).toBe("got it");
  });

  it("does not remember a defect", async () => {
    const broken = (): Promise<string> => Promise.reject(new TypeError("a defect"));
    await expect(withFailureCache("x", broken, { retry: false })).rejects.toThrow(TypeError);
    expect(await withFailureCache("x", () => Promise.resolve("got it"), { retry: false })).toBe("got it");
  });
});
