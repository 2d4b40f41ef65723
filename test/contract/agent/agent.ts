import { parse } from "yaml";
import { engineSocket } from "../../../infra/names/engine";
import { docker, dockerText } from "../../../tools/shared/docker";
import { waitFor } from "../../../tools/shared/wait";
import type { Generation } from "./images";

/** What differs between agents. */
export interface AgentOptions {
  /** Environment; `undefined` takes a default away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Paths in the container, and what is mounted there. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** The same for folders that it writes to. */
  readonly writable?: Readonly<Record<string, string>>;
  /** Whether it has the engine's socket. Default: no. */
  readonly engine?: boolean;
  /** Whether it sees the host's processes and control groups, as the product lets it. Default: yes. */
  readonly host?: boolean;
}

interface StartOptions {
  readonly generation: Generation;
  readonly image: string;
  readonly name: string;
  readonly flags: readonly string[];
  readonly intake: string;
  readonly apiKey: string;
  readonly options: AgentOptions;
}

/** How one instance of a check fared: the part of `agent status --json` that this project reads. */
export interface CheckStats {
  readonly CheckID: string;
  readonly CheckName: string;
  readonly CheckConfigSource: string;
  readonly TotalRuns: number;
  readonly TotalErrors: number;
  readonly MetricSamples: number;
  readonly TotalMetricSamples: number;
  /** Empty, text, or for a Python check JSON: [{"message": …, "traceback": …}]. */
  readonly LastError: string;
  readonly LastWarnings: readonly string[];
  /** In seconds since 1970. */
  readonly LastSuccessDate: number;
  readonly UpdateTimestamp: number;
}

/** The part of `agent status --json` that this project reads. */
export interface AgentStatus {
  readonly version: string;
  readonly hostTags: readonly string[];
  readonly metadata: { readonly meta: { readonly hostname: string } };
  readonly runnerStats: { readonly Checks?: Readonly<Record<string, Readonly<Record<string, CheckStats>>>> };
  readonly autoConfigStats: { readonly ConfigErrors: Readonly<Record<string, string>> };
  readonly checkSchedulerStats: { readonly LoaderErrors: Readonly<Record<string, Readonly<Record<string, string>>>> };
  readonly forwarderStats: { readonly APIKeyStatus?: Readonly<Record<string, string>> };
}

/** One instance as `agent configcheck` shows it. */
export interface ConfiguredInstance {
  readonly check: string;
  readonly source: string;
  readonly id: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A running agent. */
export class Agent {
  private constructor(
    readonly container: string,
    /** Its host name, which is on all that it sends. */
    readonly hostname: string,
  ) {}

  static async start(start: StartOptions): Promise<Agent> {
    const seven = start.generation === "7";
    const defaults: Record<string, string | undefined> = {
      DD_HOSTNAME: start.name,
      [seven ? "DD_API_KEY" : "API_KEY"]: start.apiKey,
      [seven ? "DD_DD_URL" : "DD_URL"]: start.intake,
    };
    const engine = start.options.engine === true;
    const reached = engine ? { DOCKER_HOST: engineSocket.url } : {};
    const environment = Object.entries<string | undefined>({ ...defaults, ...reached, ...start.options.env });
    const mounts = Object.entries({
      ...start.options.mounts,
      ...(engine ? { [engineSocket.folder]: engineSocket.hostFolder } : {}),
      ...(start.options.host === false ? {} : { "/host/proc": "/proc", "/host/sys/fs/cgroup": "/sys/fs/cgroup" }),
    });
    // What the product gives every agent.
    const host = start.options.host === false ? [] : ["--pid", "host", "--cgroupns", "host"];
    const container = await dockerText([
      "run",
      "--detach",
      "--name",
      start.name,
      ...host,
      ...start.flags,
      ...environment.flatMap(([name, value]) => (value === undefined ? [] : ["--env", `${name}=${value}`])),
      ...mounts.flatMap(([inside, outside]) => ["--volume", `${outside}:${inside}:ro`]),
      ...Object.entries(start.options.writable ?? {}).flatMap(([inside, outside]) => [
        "--volume",
        `${outside}:${inside}`,
      ]),
      start.image,
    ]);
    return new Agent(container, start.name);
  }

  /** Runs a program in the container; its status is returned, not judged. */
  async exec(...command: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    return docker(["exec", this.container, ...command], { check: false, timeoutMs: 60_000 });
  }

  /** `agent status --json`. Waits for an agent that is about to start. */
  async status(): Promise<AgentStatus> {
    return waitFor("the agent's status", async () => {
      const { status, stdout } = await this.exec("agent", "status", "--json");
      return status === 0 && (JSON.parse(stdout) as AgentStatus);
    });
  }

  /** The instances of a check that are loaded, whether they ran or not. */
  async instances(check: string): Promise<ConfiguredInstance[]> {
    const { stdout } = await this.exec("agent", "configcheck");
    const sections = stdout.split(/^=== (?=\S+ check ===)/m).filter((section) => section.startsWith(`${check} check`));
    return sections.flatMap((section) => {
      const source = /^Configuration source: (.*)$/m.exec(section)?.[1] ?? "";
      return [...section.matchAll(/^Config for instance ID: (\S+)\n([\s\S]*?)^~$/gm)].map(([, id = "", yaml = ""]) => ({
        check,
        source,
        id,
        settings: parse(yaml) as Record<string, unknown>,
      }));
    });
  }

  /** How the instances of a check fared that ran at least once. */
  async checks(name: string): Promise<CheckStats[]> {
    return Object.values((await this.status()).runnerStats.Checks?.[name] ?? {});
  }

  /** Waits until a number of instances of a check have run at least so often. */
  async hasRun(name: string, instances: number, runs = 1, timeoutMs = 40_000): Promise<CheckStats[]> {
    return waitFor(
      `${instances} instances of ${name} that ran`,
      async () => {
        const found = (await this.checks(name)).filter(({ TotalRuns }) => TotalRuns >= runs);
        return found.length >= instances && found;
      },
      { timeoutMs, intervalMs: 500 },
    );
  }

  /** Waits until a check had a run without an error: its server may still be at its start. */
  async hasSucceeded(name: string): Promise<CheckStats> {
    const found = async (): Promise<CheckStats | undefined> =>
      (await this.checks(name)).find(({ LastError, TotalRuns }) => LastError === "" && TotalRuns > 0);
    return waitFor(`${name} without an error`, found, { timeoutMs: 60_000, intervalMs: 500 });
  }

  /** Waits until no instance of a check is in the status. */
  async isGone(name: string, timeoutMs = 40_000): Promise<void> {
    const gone = async (): Promise<boolean> => (await this.checks(name)).length === 0;
    await waitFor(`the end of ${name}`, gone, { timeoutMs, intervalMs: 500 });
  }

  /** Waits for a line of the log that has a text. */
  async logged(text: string | RegExp, timeoutMs = 40_000): Promise<void> {
    const found = async (): Promise<boolean> => {
      const log = await this.log();
      return typeof text === "string" ? log.includes(text) : text.test(log);
    };
    await waitFor(`the log to say ${String(text)}`, found, { timeoutMs, intervalMs: 300 });
  }

  /** Both outputs of the container. */
  async log(): Promise<string> {
    const { stdout, stderr } = await docker(["logs", this.container]);
    return stdout + stderr;
  }

  async inspect(format: string): Promise<string> {
    return dockerText(["inspect", "--format", format, this.container]);
  }

  async isRunning(): Promise<boolean> {
    return (await this.inspect("{{.State.Running}}")) === "true";
  }

  /** Sends a signal to the container's first process. */
  async signal(name: string): Promise<void> {
    await docker(["kill", "--signal", name, this.container]);
  }

  /** Stops it, as Docker does at a replacement; killed where it takes longer than it may. */
  async stop(seconds: number): Promise<void> {
    await docker(["stop", "--time", String(seconds), this.container]);
  }

  /** Ends it at once, as lack of memory or of power does. */
  async kill(): Promise<void> {
    await docker(["kill", this.container]);
  }

  async restart(): Promise<void> {
    await docker(["restart", "--time", "10", this.container]);
  }

  /** Generation 5: what `info` prints, in a container that may be in the middle of a restart. */
  async info(): Promise<string> {
    return (await this.exec("/etc/init.d/datadog-agent", "info")).stdout;
  }

  /** Generation 5: waits until `info` has a text, and returns all of it. */
  async infoHas(text: string | RegExp, timeoutMs = 60_000): Promise<string> {
    return waitFor(
      `the agent's info to have ${String(text)}`,
      async () => {
        const info = await this.info();
        return (typeof text === "string" ? info.includes(text) : text.test(info)) && info;
      },
      { timeoutMs, intervalMs: 500 },
    );
  }
}

/** The message of a Python check's last error. */
export function messageOf(check: CheckStats): string {
  return (JSON.parse(check.LastError) as { message: string }[]).map(({ message }) => message).join("; ");
}
