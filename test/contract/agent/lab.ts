import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { docker, dockerLines, dockerText } from "../../../tools/shared/docker";
import { waitFor } from "../../../tools/shared/wait";
import { Agent, type AgentOptions } from "./agent";
import { images, type Generation, type Images } from "./images";
import { Record } from "./record";

/** A key of the right form, which is none. */
export const apiKey = "0123456789abcdef0123456789abcdef";

/** A folder on this machine whose files a test can change. */
export interface Folder {
  readonly path: string;
  /** Writes a file, in place when it is there. */
  write(name: string, text: string): void;
  remove(name: string): void;
}

/** A container that an agent can watch. */
export interface Service {
  readonly id: string;
  readonly name: string;
  /** Its address on the lab's network. */
  readonly address: string;
}

/** How a service's container is started. */
export interface ServiceOptions {
  readonly labels?: Readonly<globalThis.Record<string, string>>;
  readonly env?: Readonly<globalThis.Record<string, string>>;
  /** Reference of the image, for agents that look at it. Default: that of the services. */
  readonly image?: string;
  /** Paths in the container, and the folders of this machine that are mounted there, read-only. */
  readonly mounts?: Readonly<globalThis.Record<string, string>>;
}

/** A network of its own with an intake, for the tests of one file. Tests may run side by side: each has its own agent. */
export class Lab {
  private readonly name = `agent-contract-${randomBytes(4).toString("hex")}`;
  private readonly root = mkdtempSync(join(tmpdir(), "agent-contract-"));
  private agents = 0;
  /** Further names of images, which go with the lab. */
  private readonly names: string[] = [];

  private constructor(
    readonly generation: Generation,
    readonly images: Images,
  ) {}

  /** What the agents have sent. Set once the lab is open. */
  record!: Record;

  /** Makes the network and the intake. */
  static async open(generation: Generation): Promise<Lab> {
    const lab = new Lab(generation, await images(generation));
    await docker(["network", "create", "--label", lab.label, lab.name]);
    lab.record = await lab.intake("intake");
    return lab;
  }

  /** Starts one more intake, which the containers of the lab reach by a name, at port 8080. */
  async intake(name: string): Promise<Record> {
    const flags = ["--network-alias", name];
    const { address } = await this.run(name, this.images.intake, ["-listen", ":8080"], flags);
    const record = new Record(`http://${address}:8080`);
    await waitFor("the intake", async () => (await record.read()).series.length >= 0);
    return record;
  }

  /** Removes all that was made. */
  async close(): Promise<void> {
    const containers = await dockerLines(["ps", "--all", "--quiet", "--filter", `label=${this.label}`]);
    if (containers.length > 0) await docker(["rm", "--force", "--volumes", ...containers]);
    await docker(["network", "rm", this.name], { check: false });
    for (const image of this.names) await docker(["rmi", image], { check: false });
    rmSync(this.root, { recursive: true, force: true });
  }

  private get label(): string {
    return `datadog-hosts.contract=${this.name}`;
  }

  /** Makes a folder with files, whose names may have folders in them. */
  folder(files: Readonly<globalThis.Record<string, string>> = {}): Folder {
    const path = mkdtempSync(join(this.root, "folder-"));
    const folder: Folder = {
      path,
      write: (name, text) => {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      },
      remove: (name) => {
        rmSync(join(path, name));
      },
    };
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    return folder;
  }

  /** Starts a container with a real service and waits for nothing: agents see when it answers. */
  async service(name: string, command: readonly string[], options: ServiceOptions = {}): Promise<Service> {
    const flags = [
      ...Object.entries(options.labels ?? {}).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
      ...Object.entries(options.env ?? {}).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
      ...Object.entries(options.mounts ?? {}).flatMap(([inside, outside]) => ["--volume", `${outside}:${inside}:ro`]),
    ];
    return this.run(name, options.image ?? this.images.services, command, flags);
  }

  /** Starts a Redis server without a password, or with one. */
  async redis(name: string, password?: string, options: ServiceOptions = {}): Promise<Service> {
    const secured = password === undefined ? ["--protected-mode", "no"] : ["--requirepass", password];
    return this.service(name, ["redis-server", "--save", "", "--bind", "0.0.0.0", ...secured], options);
  }

  /** The host's id of a container's first process. */
  async processId(service: Service): Promise<string> {
    return dockerText(["inspect", "--format", "{{.State.Pid}}", service.id]);
  }

  /** Stops a service's container, which stays. */
  async stop(service: Service): Promise<void> {
    await docker(["stop", "--time", "1", service.id]);
  }

  /** Gives the image of the services one more name, whose last part agents may look for. */
  async namedImage(shortName: string): Promise<string> {
    const image = `${this.name}-${this.names.length}/${shortName}`;
    this.names.push(image);
    await docker(["tag", this.images.services, image]);
    return image;
  }

  private async run(
    name: string,
    image: string,
    command: readonly string[],
    flags: readonly string[] = [],
  ): Promise<Service> {
    const full = `${this.name}-${name}`;
    const common = ["--detach", "--name", full, "--label", this.label, "--network", this.name];
    const id = await dockerText(["run", ...common, ...flags, image, ...command]);
    return { id, name: full, address: await this.address(id) };
  }

  private async address(container: string): Promise<string> {
    return dockerText([
      "inspect",
      "--format",
      `{{(index .NetworkSettings.Networks "${this.name}").IPAddress}}`,
      container,
    ]);
  }

  /** Starts an agent with a key, a host name of its own and the lab's intake, unless the options say otherwise. */
  async agent(options: AgentOptions = {}): Promise<Agent> {
    this.agents += 1;
    const hostname = `${this.name}-agent-${this.agents}`;
    const container = await Agent.start({
      generation: this.generation,
      image: this.images.agent,
      name: hostname,
      flags: ["--label", this.label, "--network", this.name],
      intake: this.record.address,
      apiKey,
      options,
    });
    return container;
  }

  /** Starts an agent that ends by itself, and returns its status and its log. */
  async agentThatEnds(options: AgentOptions): Promise<{ status: number; log: string }> {
    const agent = await this.agent(options);
    await waitFor("the agent's end", async () => !(await agent.isRunning()), { timeoutMs: 60_000 });
    return { status: Number(await agent.inspect("{{.State.ExitCode}}")), log: await agent.log() };
  }
}

/** Opens a lab for all tests of a file, and closes it after them. Use the function that it returns inside tests only. */
export function useLab(generation: Generation): () => Lab {
  let lab: Lab | undefined;
  beforeAll(async () => {
    lab = await Lab.open(generation);
  });
  afterAll(async () => {
    await lab?.close();
  });
  return () => {
    if (lab === undefined) throw new Error("the lab is not open");
    return lab;
  };
}
