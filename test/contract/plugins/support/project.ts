import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../../../../tools/shared/run";
import type { RunOptions, RunResult } from "../../../../tools/shared/run";
import { toolchainEnvironment } from "./toolchain";

const NODE_MODULES = resolve(__dirname, "..", "..", "..", "..", "node_modules");

/** The only stack of a project. */
const STACK = "test";

const GLOBAL_OPTIONS = ["--non-interactive", "--color", "never"];

/** One step of the engine, as it was begun or finished. */
export interface EngineStep {
  /** create, update, replace, delete, create-replacement, delete-replaced, same, refresh, … */
  readonly op: string;
  /** The resource's name. */
  readonly name: string;
  readonly when: "begun" | "done" | "failed";
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
  readonly resOutputsEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
  readonly resOpFailedEvent?: { readonly metadata: { readonly op: string; readonly urn: string } };
}

/** A resource in the state file. */
export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
}

/** The state of a stack, as it is exported. */
export interface StoredState {
  readonly deployment: {
    readonly resources?: readonly StoredResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: StoredResource }[];
  };
}

/** What a run of pulumi has left. */
export interface PulumiRun extends RunResult {
  /** Both outputs. */
  readonly text: string;
  /** The engine's steps, in order, those of the stack itself left out. */
  readonly steps: readonly EngineStep[];
  /** How long it went on after the last step that took its time, in milliseconds. */
  readonly endMs: number;
}

/** The last part of a resource's URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function stepsOf(events: readonly EngineEvent[]): EngineStep[] {
  return events.flatMap((event) => {
    const kinds = [
      ["begun", event.resourcePreEvent],
      ["done", event.resOutputsEvent],
      ["failed", event.resOpFailedEvent],
    ] as const;
    return kinds.flatMap(([when, item]) => {
      if (item === undefined || item.metadata.urn.includes("::pulumi:pulumi:Stack::")) return [];
      return [{ op: item.metadata.op, name: nameOf(item.metadata.urn), when }];
    });
  });
}

/**
 * Runs JavaScript, with errors of so many frames. Few of them, because node 20.20 needs 20 s to print in colours a frame
 * such as `node_modules/@scope/file.ts`, which those of the SDK are.
 */
export function javaScript(frames: number): string {
  return `runtime: { name: nodejs, options: { typescript: false, nodeargs: --stack-trace-limit=${frames} } }`;
}

/** A run of pulumi that has not ended yet. */
export class StartedRun {
  private output = "";
  private readonly closed: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.closed = once(child, "close");
  }

  /** Both outputs so far. */
  get text(): string {
    return this.output;
  }

  /** Sends a signal to pulumi alone, not to what it has started. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits for the end; null when a signal ended it. */
  async ended(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }
}

/** A Pulumi project with a file backend, gone when the test is over. Its program is JavaScript. */
export class Project {
  private constructor(
    /** The project's folder. */
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Makes a project and its stack.
   *
   * @param program the body of the program; `docker`, `command`, `pulumi` and `settings` (see {@link configure}) are there
   */
  static async create(program: string, runtime = javaScript(5)): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), "plugin-contract-"));
    const environment = {
      ...(await toolchainEnvironment()),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      SSH_AUTH_SOCK: "",
      // Without it there is no --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
    };
    const project = new Project(folder, environment);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    symlinkSync(NODE_MODULES, join(folder, "node_modules"));
    project.write("Pulumi.yaml", `name: contract\n${runtime}\n`);
    project.write("package.json", JSON.stringify({ name: "contract", version: "1.0.0", main: "index.js" }));
    project.program(program);
    project.configure({});
    await project.pulumi(["stack", "init", STACK]);
    return project;
  }

  /** Writes a file of the project. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Changes the program; see {@link create}. */
  program(body: string): void {
    const head = [
      'const pulumi = require("@pulumi/pulumi");',
      'const docker = require("@pulumi/docker");',
      'const command = require("@pulumi/command");',
      'const settings = JSON.parse(require("fs").readFileSync("settings.json", "utf8"));',
    ];
    this.write("index.js", [...head, body].join("\n"));
  }

  /** Changes what the program finds in `settings`. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    this.write("settings.json", JSON.stringify(settings));
  }

  /** Runs pulumi in the project; a failure doesn't throw. */
  async pulumi(args: readonly string[], options: Pick<RunOptions, "onLine" | "env"> = {}): Promise<RunResult> {
    return run("pulumi", [...GLOBAL_OPTIONS, ...args], {
      ...options,
      cwd: this.folder,
      env: { ...this.environment, ...options.env },
      check: false,
      timeoutMs: 240_000,
    });
  }

  /** Starts an update and returns at once, to be sent signals. */
  startUp(): StartedRun {
    const args = [...GLOBAL_OPTIONS, "up", "--yes", "--skip-preview", "--stack", STACK];
    return new StartedRun(
      spawn("pulumi", args, { cwd: this.folder, env: this.environment, stdio: ["ignore", "pipe", "pipe"] }),
    );
  }

  private async operation(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<PulumiRun> {
    const log = join(this.folder, "events.log");
    rmSync(log, { force: true });
    let lastStep = Date.now();
    const onLine = (line: string): void => {
      // "created (0.27s)"; a step that runs still has whole seconds.
      if (/\(\d+\.\d+s\)/.test(line)) lastStep = Date.now();
    };
    const result = await this.pulumi([...args, "--stack", STACK, "--event-log", log], { onLine, env });
    const endMs = Date.now() - lastStep;
    return { ...result, text: result.stdout + result.stderr, steps: stepsOf(this.events(log)), endMs };
  }

  private events(log: string): EngineEvent[] {
    try {
      const lines = readFileSync(log, "utf8").split("\n");
      return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as EngineEvent);
    } catch {
      return [];
    }
  }

  /** What an update would do, in an environment with further variables. */
  previewWith(environment: NodeJS.ProcessEnv): Promise<PulumiRun> {
    return this.operation(["preview"], environment);
  }

  /** What an update would do. */
  preview(...args: string[]): Promise<PulumiRun> {
    return this.operation(["preview", ...args]);
  }

  /** Updates the stack, without a preview first. */
  up(...args: string[]): Promise<PulumiRun> {
    return this.operation(["up", "--yes", "--skip-preview", ...args]);
  }

  /** Reads the state of all resources again. */
  refresh(...args: string[]): Promise<PulumiRun> {
    return this.operation(["refresh", "--yes", "--skip-preview", ...args]);
  }

  /** Looks whether the state of all resources is still as it was, as the program has them now, and changes nothing. */
  drift(): Promise<PulumiRun> {
    return this.operation(["refresh", "--preview-only", "--expect-no-changes", "--run-program"]);
  }

  /** Takes everything away. */
  destroy(...args: string[]): Promise<PulumiRun> {
    return this.operation(["destroy", "--yes", "--skip-preview", ...args]);
  }

  /** The stack's state; secrets in the clear when asked for. */
  async state(options: { showSecrets?: boolean } = {}): Promise<StoredState> {
    const secrets = options.showSecrets === true ? ["--show-secrets"] : [];
    return JSON.parse((await this.pulumi(["stack", "export", "--stack", STACK, ...secrets])).stdout) as StoredState;
  }

  /** A resource of the state by its name. */
  async stored(name: string): Promise<StoredResource | undefined> {
    return (await this.state()).deployment.resources?.find((resource) => nameOf(resource.urn) === name);
  }
}

/** The steps that do something, in the order in which they were done. */
export function changes(run: PulumiRun): string[] {
  return run.steps
    .filter((step) => step.when === "done" && step.op !== "same" && step.op !== "refresh")
    .map((step) => `${step.op} ${step.name}`);
}
