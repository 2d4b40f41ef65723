import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import { silent } from "../../../tools/shared/progress";
import { run, type RunResult } from "../../../tools/shared/run";
import { resolveToolchain } from "../../../tools/toolchain";
import { cloneProgram, type ProgramClone } from "./clone";

/** A resource as a preview plans it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What `pulumi preview` says of a stack that was never brought up. */
export interface ProgramPreview extends RunResult {
  /** Both outputs. */
  readonly output: string;
  /** None where the preview fails. */
  readonly resources: readonly PlannedResource[];
}

/** The program in a folder and with a state of its own, under the real engine; no host is needed. */
export class ProgramOfItsOwn {
  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly clone: ProgramClone,
  ) {}

  static async create(): Promise<ProgramOfItsOwn> {
    const parts = ["pulumi", "language-host", "docker-plugin", "command-plugin"] as const;
    const toolchain = await resolveToolchain({ parts, log: silent });
    const clone = cloneProgram();
    const state = join(clone.folder, "own-state");
    mkdirSync(state);
    const environment = {
      ...toolchain.environment,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
    };
    return new ProgramOfItsOwn(clone.folder, environment, clone);
  }

  /** Removes the folder. */
  remove(): void {
    this.clone.remove();
  }

  /** Runs `pulumi`; a failure doesn't throw. */
  pulumi(args: readonly string[], input?: string): Promise<RunResult> {
    return run("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      check: false,
      env: { ...process.env, ...this.environment },
      ...(input !== undefined && { input }),
    });
  }

  /** Writes `stacks/<name>.yaml`: a stack's own settings, or what the stacks of a project share. */
  write(name: string, settings: Readonly<Record<string, unknown>>): void {
    const config = Object.entries(settings).map(([key, value]) => [`datadog-hosts:${key}`, value]);
    const text = stringify({ config: Object.fromEntries(config) as object }, { lineWidth: 0 });
    writeFileSync(join(this.folder, "stacks", `${name}.yaml`), text);
  }

  async preview(stack: string, ...args: readonly string[]): Promise<ProgramPreview> {
    const result = await this.pulumi(["preview", "--json", "--stack", stack, ...args]);
    return { ...result, output: result.stdout + result.stderr, resources: resourcesOf(result.stdout) };
  }
}

function resourcesOf(json: string): PlannedResource[] {
  const { steps = [] } = JSON.parse(json || "{}") as {
    steps?: { newState?: { type: string; urn: string; inputs?: Record<string, unknown> } }[];
  };
  return steps.flatMap(({ newState }) =>
    newState === undefined
      ? []
      : [{ type: newState.type, name: newState.urn.split("::").at(-1) ?? "", inputs: newState.inputs ?? {} }],
  );
}
