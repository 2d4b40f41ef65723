import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../tools/shared/cache";
import { UserError } from "../../tools/shared/errors";
import { step, type Log } from "../../tools/shared/progress";
import { run } from "../../tools/shared/run";

const policyFile = "/usr/sbin/policy-rc.d";

/** Why this machine can't have a Docker engine of our own; `undefined` if it can. */
export async function ownEngineBlocker(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = environment;
  if (host !== undefined && host !== "") return `DOCKER_HOST is set to ${host}, where nothing answers`;
  if (context !== undefined && context !== "") return `DOCKER_CONTEXT is set to '${context}', where nothing answers`;
  if (process.platform !== "linux") return `this is ${process.platform}, not Debian`;
  if (process.getuid?.() !== 0) return "this user is not root";
  if ((await hasPrograms()) || existsSync("/etc/debian_version")) return undefined;
  return "this is not Debian, and there is no dockerd on the PATH";
}

async function hasPrograms(): Promise<boolean> {
  const found = await run("sh", ["-c", "command -v dockerd && command -v docker && command -v iptables"], {
    check: false,
  });
  return found.status === 0;
}

/** The file with the names of the packages that {@link installEngine} has installed. */
function recordFile(): string {
  return join(cacheFolder(), "engine", "packages.json");
}

/** Installs Debian's Docker engine if it is missing. Throws {@link UserError} with apt-get's message if that fails. */
export async function installEngine(log: Log): Promise<void> {
  if (await hasPrograms()) return;
  await step("Installing Docker from Debian's packages", log, async (report) => {
    const before = await installedPackages();
    const client =
      (await run("apt-cache", ["show", "docker-cli"], { check: false })).status === 0 ? ["docker-cli"] : [];
    const packages = ["docker.io", "iptables", ...client];
    await withoutServiceStart(async () => {
      const first = await aptGet(["install", "--no-install-recommends", ...packages], report, false);
      if (first !== 0) {
        await aptGet(["update"], report, true);
        await aptGet(["install", "--no-install-recommends", ...packages], report, true);
      }
    });
    const added = [...(await installedPackages())].filter((name) => !before.has(name));
    await mkdir(join(recordFile(), ".."), { recursive: true });
    await writeFile(recordFile(), JSON.stringify(added));
  });
}

/** Removes the packages that {@link installEngine} has installed, and nothing else. Returns their names. */
export async function uninstallEngine(log: Log): Promise<string[]> {
  if (!existsSync(recordFile())) return [];
  const recorded = JSON.parse(await readFile(recordFile(), "utf8")) as string[];
  const installed = await installedPackages();
  const packages = recorded.filter((name) => installed.has(name));
  await step("Removing the Docker packages that were installed for this project", log, async (report) => {
    if (packages.length > 0) await aptGet(["remove", ...packages], report, true);
  });
  await rm(recordFile());
  return packages;
}

async function aptGet(args: string[], report: (doing: string) => void, check: boolean): Promise<number> {
  try {
    const options = ["-q", "--yes", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return (await run("apt-get", [...options, ...args], { env, onLine: report, timeoutMs: 600_000, check })).status;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `Can't install Docker. Install Debian's package docker.io by hand and run this again.\n${reason}`,
    );
  }
}

async function installedPackages(): Promise<Set<string>> {
  const listed = await run("dpkg-query", ["--show", "--showformat", "${db:Status-Abbrev} ${Package}\\n"]);
  return new Set(listed.stdout.split("\n").flatMap((line) => (line.startsWith("ii ") ? [line.slice(3).trim()] : [])));
}

/** Keeps the package from starting its service when it is installed: the engine is started here. */
async function withoutServiceStart(work: () => Promise<void>): Promise<void> {
  if (existsSync(policyFile)) return work();
  await writeFile(policyFile, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(policyFile, { force: true });
  }
}
