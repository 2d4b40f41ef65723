import { createTestHost } from "../../../../sandbox/host";
import type { TestHost } from "../../../../sandbox/host";
import type { Properties } from "./plugin";

/** The owner of these tests' hosts. */
const OWNER = "contract-plugins";

/** A small image that every host of these tests has: a shell, `sleep`, `cat`; it sleeps for an hour. */
export const IMAGE = "sleeper:1";
/** The same with another command. */
export const OTHER_IMAGE = "sleeper:2";

/** As much of Docker's answer about a container as the tests look at. */
export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Running: boolean; readonly Status: string; readonly ExitCode: number };
  readonly Config: {
    readonly Hostname: string;
    readonly Env: string[];
    readonly Labels: Record<string, string>;
    readonly Healthcheck?: { readonly Interval: number };
  };
  readonly HostConfig: {
    readonly Memory: number;
    readonly MemorySwap: number;
    readonly RestartPolicy: { readonly Name: string };
    readonly Mounts?: { readonly Source: string }[];
    readonly Tmpfs?: Record<string, string>;
    readonly Init?: boolean;
  };
  readonly NetworkSettings: { readonly Networks: Record<string, { readonly Aliases: string[] | null }> };
}

/** A test host with the small images, and what a provider needs to reach it. */
export class DockerHost {
  constructor(readonly machine: TestHost) {}

  /** Makes the host: some seconds. */
  static async create(name: string): Promise<DockerHost> {
    const machine = await createTestHost({ name, owner: OWNER });
    const host = new DockerHost(machine);
    try {
      await host.makeImages();
      return host;
    } catch (error) {
      await machine.destroy();
      throw error;
    }
  }

  private async makeImages(): Promise<void> {
    // Out of the host's own files: nothing is to be had from outside.
    const programs = "/bin/sh /bin/sleep /bin/cat /bin/true /bin/false /usr/sbin/chroot";
    const libraries = `$(ldd ${programs} | grep -o '/lib[^ ]*' | sort -u)`;
    const archive = `tar --create --dereference --absolute-names --transform 's,^/,,' ${programs} ${libraries}`;
    for (const [image, seconds] of [
      [IMAGE, 3600],
      [OTHER_IMAGE, 7200],
    ] as const) {
      await this.machine.run(
        `${archive} | docker import --change 'CMD ["sleep","${seconds}"]' --change 'ENV PATH=/bin' - ${image}`,
      );
    }
  }

  /** The address in the form of Docker's clients. */
  get url(): string {
    return `ssh://${this.machine.user}@${this.machine.address}:${this.machine.port}`;
  }

  /** Arguments of ssh that log in and verify the host. */
  get sshOpts(): string[] {
    return this.machine.sshOptions();
  }

  /** A provider's settings as the SDK sends them: what is no string is JSON. */
  settings(more: Partial<{ host: string; sshOpts: readonly string[] }> = {}): Properties {
    return { host: more.host ?? this.url, sshOpts: JSON.stringify(more.sshOpts ?? this.sshOpts) };
  }

  /** Runs the docker client on the host and returns what it printed. */
  async docker(command: string): Promise<string> {
    return (await this.machine.run(`docker ${command}`)).stdout.trim();
  }

  /** What the host's engine says of a container; undefined when there is none of that name. */
  async inspect(container: string): Promise<Inspected | undefined> {
    const result = await this.machine.run(`docker container inspect '${container}'`, { check: false });
    return (JSON.parse(result.stdout) as Inspected[])[0];
  }

  /** How often somebody has logged in so far. */
  async logins(): Promise<number> {
    return (await this.machine.logs()).sshd.split("\n").filter((line) => line.includes("Accepted publickey")).length;
  }

  /** What the host's engine says of something of its Swarm; undefined when there is none of that name. */
  async inspectSwarm<T>(
    kind: "service" | "config" | "secret" | "network" | "volume",
    name: string,
  ): Promise<T | undefined> {
    const result = await this.machine.run(`docker ${kind} inspect '${name}'`, { check: false });
    return (JSON.parse(result.stdout) as T[])[0];
  }

  /** Removes all containers, and the networks that tests have made. */
  async clear(): Promise<void> {
    await this.machine.run("docker ps -aq | xargs -r docker rm -f; docker network prune -f");
  }
}
