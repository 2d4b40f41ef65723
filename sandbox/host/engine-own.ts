import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../tools/shared/cache";
import { UserError } from "../../tools/shared/errors";
import { ProcessError, run } from "../../tools/shared/run";
import { waitFor } from "../../tools/shared/wait";
import { readNetworkSettings, restoreNetworkSettings, type NetworkSettings } from "./engine-network";

/**
 * The record of an engine that this project started. A reboot ends the engine, so the file is in a folder that a reboot
 * empties.
 */
interface Running {
  readonly pid: number;
  /**
   * The process's start time, in clock ticks since the boot. A process with the same id and another start time is not the
   * engine.
   */
  readonly startTime: string;
  readonly network: NetworkSettings;
  /** Whether {@link runtimeFolder} existed before. */
  readonly runtimeFolder: boolean;
}

const stateFolder = "/run/datadog-hosts";
const stateFile = join(stateFolder, "engine.json");
/** The folder of an engine's run-time files. No option changes it, and the engine does not remove the files. */
const runtimeFolder = "/var/run/docker";
const socket = "/var/run/docker.sock";

/** The folder with images and containers of our own engine. */
export function engineDataFolder(): string {
  return join(cacheFolder(), "engine", "data");
}

/** Starts dockerd on the usual socket, detached from this process, and waits until it answers. */
export async function startOwnEngine(): Promise<void> {
  await mkdir(stateFolder, { recursive: true });
  await mkdir(engineDataFolder(), { recursive: true });
  const before = { network: await readNetworkSettings(), runtimeFolder: existsSync(runtimeFolder) };
  const logFile = join(stateFolder, "dockerd.log");
  const log = await open(logFile, "w");
  const args = ["--data-root", engineDataFolder(), "--exec-root", join(stateFolder, "docker")];
  const daemon = spawn(
    "dockerd",
    [...args, "--pidfile", join(stateFolder, "dockerd.pid"), "--host", `unix://${socket}`],
    {
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: { ...process.env, PATH: `${await packetFilterFolder()}${process.env["PATH"] ?? ""}` },
    },
  );
  const ended = new Promise<never>((_, reject) => {
    daemon.once("error", reject);
    daemon.once("exit", (status) => reject(new UserError(`dockerd ended with status ${status ?? "of a signal"}`)));
  });
  try {
    const pid = daemon.pid ?? (await ended);
    const running: Running = { pid, startTime: (await startTimeOf(pid)) ?? "", ...before };
    await writeFile(stateFile, JSON.stringify(running));
    const answers = async (): Promise<boolean> => (await run("docker", ["version"], { check: false })).status === 0;
    await Promise.race([ended, waitFor("the Docker engine", answers, { timeoutMs: 60_000 })]);
  } catch (error) {
    const lines = (await readFile(logFile, "utf8")).trim().split("\n").slice(-5).join("\n");
    const reason = error instanceof Error ? error.message : String(error);
    await stopRecordedEngine();
    throw new UserError(`Can't start a Docker engine: ${reason}. The end of its log:\n${lines}`);
  } finally {
    await log.close();
    daemon.removeAllListeners();
    daemon.unref();
    ended.catch(() => undefined);
  }
}

/** Stops the engine that {@link startOwnEngine} started, if it still runs. Returns whether it did. */
export async function stopRecordedEngine(): Promise<boolean> {
  if (!existsSync(stateFile)) return false;
  const { pid, startTime, ...before } = JSON.parse(await readFile(stateFile, "utf8")) as Running;
  const running = (await startTimeOf(pid)) === startTime;
  if (running) {
    process.kill(pid, "SIGTERM");
    await waitFor("the Docker engine to end", async () => (await startTimeOf(pid)) !== startTime, {
      timeoutMs: 60_000,
    });
  }
  await restoreNetworkSettings(before.network);
  for (const mount of mountsBelow(stateFolder, await readFile("/proc/self/mounts", "utf8")))
    await run("umount", [mount]);
  if (!before.runtimeFolder) await rm(runtimeFolder, { recursive: true, force: true });
  await rm(stateFolder, { recursive: true, force: true });
  return running;
}

/**
 * What is mounted below a folder, the innermost first. An engine that had a container on the machine's network leaves its
 * network namespace mounted when it ends.
 * @param mounts the content of `/proc/self/mounts`.
 */
export function mountsBelow(folder: string, mounts: string): string[] {
  return mounts
    .split("\n")
    .flatMap((line) => line.split(" ")[1] ?? [])
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();
}

/** Whether the engine that {@link startOwnEngine} started runs. */
export async function isOwnEngineRunning(): Promise<boolean> {
  if (!existsSync(stateFile)) return false;
  const { pid, startTime } = JSON.parse(await readFile(stateFile, "utf8")) as Running;
  return (await startTimeOf(pid)) === startTime;
}

/** Field 22 of `/proc/<pid>/stat` (proc(5)); `undefined` if there is no such process, or only its remains. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * A folder to put before the PATH, with its colon, where iptables must be the older of Debian's two kinds because the
 * kernel lacks the newer; otherwise nothing.
 */
async function packetFilterFolder(): Promise<string> {
  const works = async (program: string): Promise<boolean> => {
    try {
      return (await run(program, ["--table", "nat", "--list-rules"], { check: false })).status === 0;
    } catch (error) {
      if (error instanceof ProcessError) return false;
      throw error;
    }
  };
  if ((await works("iptables")) || !(await works("iptables-legacy"))) return "";
  const folder = join(stateFolder, "bin");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const name of ["iptables", "ip6tables"]) await symlink(`/usr/sbin/${name}-legacy`, join(folder, name));
  return `${folder}:`;
}
