import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { cacheFolder, cacheLabel } from "../../tools/shared/cache";
import { docker, dockerLines } from "../../tools/shared/docker";
import { UserError } from "../../tools/shared/errors";
import type { Log } from "../../tools/shared/progress";
import { engineVersion, stopOwnEngine } from "./engine";
import { uninstallEngine } from "./engine-install";
import { isOwnEngineRunning } from "./engine-own";

/**
 * Removes everything that is kept between runs: images and volumes with the cache label, this project's own Docker engine with
 * its data and the packages that were installed for it, and the cache folder. Returns a line for each thing that it removed.
 * Throws {@link UserError}, before it removes anything, while test hosts use the engine.
 */
export async function removeCaches(log: Log): Promise<string[]> {
  const removed: string[] = [];
  if ((await engineVersion()) !== undefined) {
    const hosts = await dockerLines(["ps", "--all", "--filter", "label=datadog-hosts.test", "--format", "{{.Names}}"]);
    if (hosts.length > 0) {
      throw new UserError(
        `The caches are in use by ${hosts.join(", ")}. Remove the sandbox first (\`make sandbox-down\`), or remove ` +
          `what an interrupted test left (\`docker rm -fv ${hosts.join(" ")}\`).`,
      );
    }
    if (!(await isOwnEngineRunning())) removed.push(...(await removeImages(log)), ...(await removeVolumes()));
  }
  if (await stopOwnEngine(log)) removed.push("our own Docker engine, with its images");
  removed.push(...(await uninstallEngine(log)).map((name) => `package ${name}`));
  if (existsSync(cacheFolder())) {
    await rm(cacheFolder(), { recursive: true, force: true });
    removed.push(`folder ${cacheFolder()}`);
  }
  return removed;
}

async function removeImages(log: Log): Promise<string[]> {
  const filter = ["--filter", `label=${cacheLabel}`];
  const names = await dockerLines(["image", "ls", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}", ...filter]);
  const removed: string[] = [];
  for (const [id, name] of names.map((line) => line.split(" "))) {
    // By its id, because an image may have further names.
    if (id === undefined || name === undefined) continue;
    const result = await docker(["image", "rm", "--force", id], { check: false });
    const isGone = result.status === 0 || /no such image/i.test(result.stderr);
    if (isGone) removed.push(`image ${name}`);
    else log(`Image ${name} stays: ${result.stderr.trim()}`);
  }
  return removed;
}

async function removeVolumes(): Promise<string[]> {
  const names = await dockerLines(["volume", "ls", "--quiet", "--filter", `label=${cacheLabel}`]);
  if (names.length > 0) await docker(["volume", "rm", ...names]);
  return names.map((name) => `volume ${name}`);
}
