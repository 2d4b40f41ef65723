import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "../../tools/shared/cache";
import { docker, dockerLines, dockerText, imageId } from "../../tools/shared/docker";
import { UserError } from "../../tools/shared/errors";
import { withLock } from "../../tools/shared/lock";
import { silent, step, type Log } from "../../tools/shared/progress";
import { run } from "../../tools/shared/run";
import type { DebianRelease } from "./debian-image";
import { daemonConfig, initPath, initScript, sshdConfig } from "./files";
import { TestHost } from "./host";
import { ensureHostImage } from "./host-image";
import { ownerFolder, readHostKey, writeHostKey, writeUserKey } from "./keys";
import { folderOfVolume, putImages } from "./image-disks";
import { hostNameOf, ownerLabel, ownerOf } from "./labels";
import { ensureHostNetwork, freeAddress, type HostNetwork } from "./network";
import { removeAll } from "./remove";

/** The options of a test host. */
export interface TestHostOptions {
  /** Its host name: lower-case letters, digits, hyphens. */
  readonly name: string;
  /** Its owner, for {@link removeAll}. Hosts of one owner share a network. Default: `tests`. */
  readonly owner?: string;
  /** Debian's release: 12 has Docker 20.10, 13 has Docker 26.1. Default: 12. */
  readonly release?: DebianRelease;
  /** Last part of its address on the owner's network, 11 to 254. Default: the first free one. */
  readonly address?: number;
  /** References of images on this machine's engine that its own has from the start. Default: none. */
  readonly images?: readonly string[];
  /** Called with lines of progress. Default: nothing. */
  readonly log?: Log;
}

/**
 * The capabilities that an engine in a container needs. They are listed because `--privileged` asks for all, which fails on
 * machines that lack one.
 */
const capabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "IPC_LOCK",
  "KILL",
  "LINUX_IMMUTABLE",
  "MKNOD",
  "NET_ADMIN",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_ADMIN",
  "SYS_CHROOT",
  "SYS_NICE",
  "SYS_PTRACE",
  "SYSLOG",
] as const;

/**
 * Creates a test host, starts it and waits until its engine and sshd answer; about 4 s once its image is built.
 * Throws {@link UserError} if the owner already has a host of that name, or if there is no engine or image.
 */
export async function createTestHost(options: TestHostOptions): Promise<TestHost> {
  const { log = silent, release = 12, images = [] } = options;
  const owner = ownerOf(options.owner ?? "tests");
  const name = hostNameOf(options.name);
  const image = await ensureHostImage(release, log);
  return step(`Starting test host ${name}`, log, async () => {
    const network = await ensureHostNetwork(owner);
    // Two hosts at once must not pick the same address.
    const host = await withLock(`network ${network.name}`, log, () =>
      createContainer(name, owner, image, network, options),
    );
    try {
      const areThere = images.length > 0 && (await linkImages(host, image, options));
      await host.start();
      if (!areThere) for (const each of images) await host.loadImage(each);
      return host;
    } catch (error) {
      await host.destroy();
      throw error;
    }
  });
}

async function createContainer(
  name: string,
  owner: string,
  image: string,
  network: HostNetwork,
  options: TestHostOptions,
): Promise<TestHost> {
  const container = containerName(owner, name);
  if ((await dockerLines(["ps", "--all", "--quiet", "--filter", `name=^${container}$`])).length > 0) {
    throw new UserError(
      `A test host '${name}' of '${owner}' exists already. Remove it first (\`docker rm -fv ${container}\`).`,
    );
  }
  const address =
    options.address === undefined ? await freeAddress(network, owner) : `${network.prefix}.${options.address}`;
  const folder = join(ownerFolder(owner), name);
  await rm(folder, { recursive: true, force: true });
  const userKey = await writeUserKey(folder, `core@${name}`);
  const { hostKey } = await writeHostKey(folder, address);
  const label = ownerLabel(owner);
  await docker(["volume", "create", "--label", label, `${container}-docker`]);
  await docker([
    "create",
    ...["--name", container, "--hostname", name, "--label", label, "--label", `datadog-hosts.address=${address}`],
    ...["--network", network.name, "--ip", address],
    ...["--cap-drop", "ALL", ...capabilities.flatMap((capability) => ["--cap-add", capability])],
    ...["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"],
    ...["--security-opt", "systempaths=unconfined", "--device-cgroup-rule", "a *:* rwm", "--cgroupns", "private"],
    ...["--volume", `${container}-docker:/var/lib/docker`],
    // A reboot empties these, as on a real machine.
    ...["--tmpfs", "/run:exec,mode=755", "--tmpfs", "/tmp:exec,mode=1777"],
    ...["--entrypoint", initPath, "--stop-signal", "SIGTERM", image],
  ]);
  await copySetup(container, folder, userKey);
  return new TestHost({ owner, name, container, network: network.name, address, folder, hostKey });
}

/** Puts images on the disk of a host that has not started yet. Returns whether that is possible here. */
async function linkImages(host: TestHost, hostImage: string, options: TestHostOptions): Promise<boolean> {
  const { release, images = [], log = silent } = options;
  const ids = await Promise.all(images.map(imageId));
  const name = hashOf(hostImage, ...images, ...ids.map((id) => id ?? ""));
  return putImages(await diskOf(host), name, log, async (keep) => {
    const owner = `disk-${name}`;
    await removeAll(owner);
    try {
      const maker = await createTestHost({ name: "disk", owner, log, ...(release === undefined ? {} : { release }) });
      for (const each of images) await maker.loadImage(each);
      await maker.stop();
      await keep(await diskOf(maker));
    } finally {
      await removeAll(owner);
    }
  });
}

async function diskOf({ container }: TestHost): Promise<string> {
  return folderOfVolume(`${container}-docker`);
}

async function copySetup(container: string, folder: string, userKey: string): Promise<void> {
  const root = join(folder, "root");
  const files: string[] = [];
  const write = async (path: string, content: string | Buffer, mode = 0o644): Promise<void> => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), content);
    await chmod(join(root, path), mode);
    files.push(path.slice(1));
  };
  await write(initPath, initScript, 0o755);
  await write("/etc/ssh/sshd_config", sshdConfig);
  await write("/etc/ssh/ssh_host_ed25519_key", await readFile(join(folder, "ssh_host_ed25519_key")), 0o600);
  await write("/etc/docker/daemon.json", daemonConfig);
  await write("/home/core/.ssh/authorized_keys", `${userKey}\n`, 0o600);
  // Only files: an entry for a folder would change the folder's mode and owner.
  const archive = join(folder, "root.tar");
  await run("tar", ["--create", "--file", archive, "--owner=0", "--group=0", "--directory", root, ...files]);
  await docker(["cp", "-", `${container}:/`], { input: createReadStream(archive) });
  await rm(root, { recursive: true, force: true });
  await rm(archive);
}

function containerName(owner: string, name: string): string {
  return `datadog-hosts-test-${owner}-${name}`;
}

/** The test host of that owner and name, created by this or another process; `undefined` if there is none. */
export async function findTestHost(name: string, owner = "tests"): Promise<TestHost | undefined> {
  const container = containerName(ownerOf(owner), hostNameOf(name));
  const folder = join(ownerFolder(owner), name);
  const found = await dockerLines(["ps", "--all", "--quiet", "--filter", `name=^${container}$`]);
  if (found.length === 0 || !existsSync(folder)) return undefined;
  const address = await dockerText([
    "inspect",
    "--format",
    '{{index .Config.Labels "datadog-hosts.address"}}',
    container,
  ]);
  const hostKey = await readHostKey(folder);
  return new TestHost({ owner, name, container, network: `datadog-hosts-test-${owner}`, address, folder, hostKey });
}
