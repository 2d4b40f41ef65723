import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cachedFolder, hashOf } from "../shared/cache";
import { silent } from "../shared/progress";
import type { PluginKind } from "./plugin-info";

/** Time limit for a plugin to start and answer; the vendor's take one or two seconds. */
const answerMs = 20_000;

/** The engine's address, which plugins require as an argument. Nothing has to listen there. */
const noEngine = "127.0.0.1:0";

/**
 * A plugin's own version, without a leading `v`. The plugin is started and asked `GetPluginInfo` on the port that it prints,
 * which all Pulumi plugins support. The answer is cached for each program. `undefined` if the program does not answer like
 * a plugin.
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

/** A program that does not answer like a plugin. */
class NoPlugin extends Error {}

async function ask(program: string, kind: PluginKind): Promise<string> {
  // Detached, so that it has its own process group and its children can be ended too.
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
  // Loaded only here: most runs don't need it.
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
    // The process has already ended.
  }
}
