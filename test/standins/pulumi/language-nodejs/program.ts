import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RuntimeOptions } from "./options";

/** What a run of the program needs to know; the names are those of the engine's request. */
export interface ProgramRun {
  readonly programDirectory: string;
  readonly rootDirectory: string;
  /** Path of the program in its directory; `.` for what package.json names. */
  readonly entryPoint: string;
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly parallel: number;
  readonly dryRun: boolean;
  readonly arguments: readonly string[];
  /** Config values by `namespace:name`. */
  readonly config: ReadonlyMap<string, string>;
  readonly secretKeys: readonly string[];
  readonly options: RuntimeOptions;
}

/** How the program ended. */
export interface ProgramResult {
  /** What to tell the user; empty when all went well or the program has told it itself. */
  readonly error: string;
  /** The program failed and has said why. */
  readonly bail: boolean;
}

/** The runner's exit code for "failed, and the user knows why". */
const ALREADY_REPORTED = 32;

/** How long a program that was told to stop may take, in milliseconds. */
const STOP_GRACE_MS = 5_000;

/** What V8 says when it has no memory left. */
const OUT_OF_MEMORY = /heap out of memory|Allocation failed/;

const OUT_OF_MEMORY_HINT =
  "Detected a possible out of memory error. Consider increasing the memory available to the nodejs process by setting " +
  "the `nodeargs` runtime option in Pulumi.yaml to `nodeargs: --max-old-space-size=<size>` where `<size>` is the " +
  "maximum memory in megabytes that can be allocated to nodejs. " +
  "See https://www.pulumi.com/docs/concepts/projects/project-file/#runtime-options";

/** The file that runs a program, in the program's own copy of the SDK. Throws when there is none. */
export function locateRunner(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    throw new Error("It looks like the Pulumi SDK has not been installed. Have you run pulumi install?\n");
  }
}

/** The runner's arguments. An option without a value is left out. */
export function runnerArguments(run: ProgramRun, runner: string): string[] {
  const options: [string, string][] = [
    ["monitor", run.monitorAddress],
    ["engine", run.engineAddress],
    ["organization", run.organization],
    ["project", run.project],
    ["root-directory", run.rootDirectory],
    ["stack", run.stack],
    ["pwd", run.programDirectory],
  ];
  const given = options.filter(([, value]) => value !== "").flatMap(([name, value]) => [`--${name}`, value]);
  const dryRun = run.dryRun ? ["--dry-run"] : [];
  return [runner, ...given, ...dryRun, "--parallel", run.parallel.toString(), run.entryPoint, ...run.arguments];
}

/** The program's config as the SDK reads it from the environment: keys are `namespace:config:name`. */
export function configJson(config: ReadonlyMap<string, string>): string {
  const entries = [...config].map(([key, value]) => {
    const separator = key.indexOf(":");
    return [`${key.slice(0, separator)}:config:${key.slice(separator + 1)}`, value];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

/** Runs programs, and ends those that still run when it is told to stop. */
export class ProgramRunner {
  private readonly running = new Set<ChildProcess>();

  /** Runs one program to its end; its output goes to this process's own. */
  async run(run: ProgramRun): Promise<ProgramResult> {
    const environment = {
      ...process.env,
      PULUMI_CONFIG: configJson(run.config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys),
      ...(run.options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
      ...(run.options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: run.options.tsconfig }),
    };
    const child = spawn(
      "node",
      [...run.options.nodeArguments, ...runnerArguments(run, locateRunner(run.programDirectory))],
      { env: environment, stdio: ["ignore", "pipe", "pipe"] },
    );
    this.running.add(child);
    let outOfMemory = false;
    child.stdout.on("data", (chunk: Buffer) => process.stdout.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      outOfMemory ||= OUT_OF_MEMORY.test(chunk.toString());
      process.stderr.write(chunk);
    });
    try {
      return await new Promise<ProgramResult>((resolve, reject) => {
        child.on("error", (error) => reject(new Error(`could not find node on the $PATH: ${error.message}`)));
        // "close" comes after the last output, "exit" may come before it.
        child.on("close", (code) => {
          if (code === 0) resolve({ error: "", bail: false });
          else if (code === ALREADY_REPORTED) resolve({ error: "", bail: true });
          else {
            const text = `Program exited with non-zero exit code: ${(code ?? -1).toString()}`;
            resolve({ error: outOfMemory ? `${text}. ${OUT_OF_MEMORY_HINT}` : text, bail: false });
          }
        });
      });
    } finally {
      this.running.delete(child);
    }
  }

  /** Interrupts the programs that run, and kills those that have not ended within five seconds. */
  stop(): void {
    for (const child of this.running) {
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS).unref();
    }
  }

  /** Kills the programs that run. */
  kill(): void {
    for (const child of this.running) child.kill("SIGKILL");
  }
}
