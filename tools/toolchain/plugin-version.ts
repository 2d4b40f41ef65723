import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cachedFolder, hashOf } from "../shared/cache";
import { silent } from "../shared/progress";
import type { PluginKind } from "./plugin-info";

/** Within this time a plugin has started and answered; the vendor's take a second or two. */
const answerMs = 20_000;

/** An engine's address, since no plugin starts without one. Nobody listens there, and the question needs nobody. */
const noEngine = "127.0.0.1:0";

/**
 * The version that a plugin says it is, without a leading `v`, asked in the one way that Pulumi's plugins share: it is
 * started, and answers `GetPluginInfo` on the port that it prints. Asked once for each program, since that takes a while.
 * `undefined` for a program that does not answer like a plugin.
 */
export async function pluginVersion(program: string, kind: PluginKind): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(program);
    const key = `plugin-versions/${hashOf(program, kind, `${mtimeMs} ${size}`)}`;
    const folder = await cachedFolder(key, silent, async (temporary) => {
      await writeFile(join(temporary, "version"), await ask(program, kind));
    });
    return await readFile(join(folder, "version"), "utf8");
  } catch (error) {
    if (error instanceof NoPlugin) return undefined;
    throw error;
  }
}

/** A program that does not answer as a plugin does. */
class NoPlugin extends Error {}

async function ask(program: string, kind: PluginKind): Promise<string> {
  // A group of its own: what it has started ends with it.
  const child = spawn(program, [noEngine], { stdio: ["ignore", "pipe", "ignore"], detached: true });
  const deadline = setTimeout(() => end(child), answerMs);
  try {
    return (await answer(child, kind)).replace(/^v/, "");
  } finally {
    clearTimeout(deadline);
    end(child);
  }
}

async function answer(child: ChildProcess, kind: PluginKind): Promise<string> {
  const port = await firstLine(child);
  if (!/^\d+$/.test(port)) throw new NoPlugin();
  // Loaded only now: most runs ask nothing.
  const { versionAt } = await import("./plugin-info.js");
  const version = await versionAt(Number(port), kind);
  if (version === undefined) throw new NoPlugin();
  return version;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the plugin's output is not read");
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, "line"), once(lines, "close"), once(child, "close")]).catch(() => {
    // It could not be started.
    throw new NoPlugin();
  })) as [unknown];
  return typeof line === "string" ? line.trim() : "";
}

function end(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
