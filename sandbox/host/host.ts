import { createConnection } from "node:net";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { docker, dockerText, imageId } from "../../tools/shared/docker";
import { UserError } from "../../tools/shared/errors";
import { run, type RunResult } from "../../tools/shared/run";
import { waitFor } from "../../tools/shared/wait";
import { writeHostKey } from "./keys";

/** Options of a command on a test host. */
export interface HostRunOptions {
  /** Its user. Default: root. */
  readonly user?: string;
  /** Its standard input. Default: nothing. */
  readonly input?: string | Buffer;
  /** Time limit in milliseconds. Default: 60 s. */
  readonly timeoutMs?: number;
  /** Whether a status other than 0 throws. Default: true. */
  readonly check?: boolean;
}

/** The properties of a test host. */
export interface HostIdentity {
  /** Its owner: {@link removeAll} removes by owner. */
  readonly owner: string;
  /** Its host name. */
  readonly name: string;
  /** Name of its container on the outer engine. */
  readonly container: string;
  /** Name of the network that it is on. */
  readonly network: string;
  /** Its IPv4 address, the same for its whole life. */
  readonly address: string;
  /** Folder with its keys, readable by this user only. */
  readonly folder: string;
  /** Its ed25519 host key as sshd offers it: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
}

/** A machine with its own sshd and Docker engine, created by `createTestHost`. */
export class TestHost {
  readonly owner: string;
  readonly name: string;
  readonly container: string;
  readonly address: string;
  /** sshd's port. */
  readonly port = 22;
  /** May log in with the key in {@link privateKeyFile}, and may use Docker; uid and gid are 500. */
  readonly user = "core";
  /** An OpenSSH private key without passphrase. */
  readonly privateKeyFile: string;
  /** Holds the host's address and host key, for `ssh -o UserKnownHostsFile=…`. */
  readonly knownHostsFile: string;
  private readonly network: string;
  private readonly folder: string;
  private currentHostKey: string;

  constructor(identity: HostIdentity) {
    this.owner = identity.owner;
    this.name = identity.name;
    this.container = identity.container;
    this.network = identity.network;
    this.address = identity.address;
    this.folder = identity.folder;
    this.currentHostKey = identity.hostKey;
    this.privateKeyFile = join(identity.folder, "id_ed25519");
    this.knownHostsFile = join(identity.folder, "known_hosts");
  }

  /** Its ed25519 host key: `ssh-ed25519 AAAA…`. {@link rekey} changes it. */
  get hostKey(): string {
    return this.currentHostKey;
  }

  /** Runs a shell command on it, without ssh. Throws `ProcessError` when it fails (unless `check` is false). */
  async run(command: string, options: HostRunOptions = {}): Promise<RunResult> {
    return docker(["exec", "--interactive", "--user", options.user ?? "root", this.container, "sh", "-c", command], {
      title: `${this.name}: ${command}`,
      timeoutMs: options.timeoutMs ?? 60_000,
      check: options.check ?? true,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
  }

  /** Runs a shell command on it as {@link user} through the system's ssh client, with the host key verified. */
  async ssh(command: string, options: Omit<HostRunOptions, "user"> = {}): Promise<RunResult> {
    return run("ssh", [...this.sshOptions(), `${this.user}@${this.address}`, command], {
      title: `ssh ${this.name}: ${command}`,
      timeoutMs: options.timeoutMs ?? 60_000,
      check: options.check ?? true,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
  }

  /** Options with which the system's ssh client reaches it without this user's own settings. */
  sshOptions(): string[] {
    const settings = [
      `UserKnownHostsFile=${this.knownHostsFile}`,
      "GlobalKnownHostsFile=/dev/null",
      "StrictHostKeyChecking=yes",
      "IdentitiesOnly=yes",
      "BatchMode=yes",
      "ConnectTimeout=10",
      `Port=${this.port}`,
    ];
    return ["-F", "/dev/null", "-i", this.privateKeyFile, ...settings.flatMap((setting) => ["-o", setting])];
  }

  /**
   * Copies an image from the outer engine to this host's, where it then has the same reference, or the one given as
   * `as`. Does nothing if it exists there. Throws {@link UserError} if the outer engine does not have it.
   */
  async loadImage(reference: string, options: { readonly as?: string } = {}): Promise<void> {
    const name = options.as ?? reference;
    const wanted = await imageId(reference);
    if (wanted === undefined)
      throw new UserError(`No image '${reference}' on the Docker engine: test host ${this.name} can't get it.`);
    const there = await this.run(`docker image inspect --format '{{.Id}}' '${name}'`, { check: false });
    if (there.stdout.trim() === wanted) return;
    const pipe = 'set -o pipefail; docker save "$1" | docker exec --interactive "$2" docker load';
    await run("bash", ["-c", pipe, "bash", reference, this.container], {
      title: `${this.name}: load image ${reference}`,
    });
    if (name !== reference) await this.run(`docker tag '${reference}' '${name}'`);
  }

  /** The output of its first process, sshd (a line for each connection and login) and its Docker engine. */
  async logs(): Promise<{ init: string; sshd: string; dockerd: string }> {
    const init = await docker(["logs", this.container]);
    return {
      init: init.stdout + init.stderr,
      sshd: await this.sshdLog(),
      dockerd: await this.readLog("/var/log/dockerd.log"),
    };
  }

  /**
   * sshd's log so far, one line an event: `Connection from …`, `Accepted publickey for core from …`. To count
   * logins, count `Accepted publickey`: a test whether sshd answers connects too.
   */
  async sshdLog(): Promise<string> {
    return this.readLog("/var/log/sshd.log");
  }

  /** Shuts it down like a machine; `force` cuts its power instead. It keeps its disk. */
  async stop(options: { readonly force?: boolean } = {}): Promise<void> {
    await docker(options.force === true ? ["kill", this.container] : ["stop", "--time", "60", this.container]);
  }

  /** Boots it again and waits until sshd and the engine answer. Its address and disk stay the same. */
  async start(): Promise<void> {
    await docker(["start", this.container]);
    await this.ready();
  }

  /** Disconnects its network: packets to it are lost. */
  async disconnect(): Promise<void> {
    await docker(["network", "disconnect", this.network, this.container]);
  }

  /** Connects its network again and waits until sshd answers. */
  async connect(): Promise<void> {
    await docker(["network", "connect", "--ip", this.address, this.network, this.container]);
    await this.sshAnswers();
  }

  /** Gives it a new host key, like a reinstalled machine; returns the key, which is {@link hostKey} from then on. */
  async rekey(): Promise<string> {
    const key = await writeHostKey(this.folder, this.address);
    await docker(["cp", key.privateKeyFile, `${this.container}:/etc/ssh/ssh_host_ed25519_key`]);
    await this.run("chown root:root /etc/ssh/ssh_host_ed25519_key && kill -HUP $(cat /run/sshd.pid)");
    this.currentHostKey = key.hostKey;
    await waitFor(`the new host key of test host ${this.name}`, async () => (await this.ssh("true")).status === 0);
    return this.currentHostKey;
  }

  /** Removes it with its disk and keys. */
  async destroy(): Promise<void> {
    await docker(["rm", "--force", "--volumes", this.container]);
    await docker(["volume", "rm", "--force", `${this.container}-docker`]);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Waits until its engine and its sshd answer. Throws {@link UserError} with the end of the engine's log if they don't. */
  async ready(): Promise<void> {
    const engine = await this.run(
      // Eight engines that start at once on two busy cores have taken more than half a minute.
      "for i in $(seq 1000); do docker version >/dev/null 2>&1 && exit 0; sleep 0.1; done; tail -n 5 /var/log/dockerd.log; exit 1",
      { check: false, timeoutMs: 240_000 },
    );
    if (engine.status !== 0) {
      const state = await dockerText(["inspect", "--format", "{{.State.Status}}", this.container]);
      throw new UserError(
        `The Docker engine of test host ${this.name} (${state}) does not answer.\n${engine.stdout}${engine.stderr}`,
      );
    }
    await this.sshAnswers();
  }

  private async sshAnswers(): Promise<void> {
    const answer = (): Promise<boolean> => offersSsh(this.address, this.port);
    try {
      await waitFor(`sshd on test host ${this.name} (${this.address})`, answer, { timeoutMs: 120_000 });
    } catch (error) {
      const state = await this.run("pgrep -a sshd; tail -n 5 /var/log/sshd.log", { check: false });
      throw new UserError(
        `${error instanceof Error ? error.message : String(error)}\n${state.stdout}${state.stderr}`.trimEnd(),
      );
    }
  }

  private async readLog(path: string): Promise<string> {
    // sshd ends its lines with a carriage return too.
    return (await this.run(`cat ${path}`)).stdout.replaceAll("\r\n", "\n");
  }
}

/** Whether an ssh server answers at an address. */
async function offersSsh(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 2000 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (greeting) => finish(greeting.toString("latin1").startsWith("SSH-2.0-")));
    socket.once("error", () => finish(false));
    socket.once("timeout", () => finish(false));
    socket.once("close", () => finish(false));
  });
}
