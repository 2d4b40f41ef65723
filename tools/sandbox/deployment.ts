import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { run, type RunOptions, type RunResult } from "../shared/run";
import { removeStateLeftovers } from "./state";
import { sandboxStackFile, type SandboxStack } from "./stack-file";

const root = resolve(__dirname, "..", "..");

/** A stack of test hosts, with everything that its `pulumi` commands need. Its files are in this clone, outside of git. */
export class SandboxDeployment {
  readonly stackFile: string;
  private readonly folder: string;

  constructor(
    /** Name of the stack: it begins with `sandbox-`, so that git ignores its file. */
    readonly stack: string,
    private readonly toolchainEnvironment: NodeJS.ProcessEnv,
  ) {
    this.stackFile = join(root, "stacks", `Pulumi.${stack}.yaml`);
    this.folder = join(root, ".sandbox", "stacks", stack);
  }

  /** The file with the passphrase of the stack's secrets. */
  get passphraseFile(): string {
    return join(this.folder, "passphrase");
  }

  /** Environment for `pulumi` and for this repository's own commands. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...this.toolchainEnvironment,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_CONFIG_PASSPHRASE_FILE: this.passphraseFile,
    };
  }

  /** Writes the stack's file and secrets. It replaces an earlier run's file and keeps its state. */
  async configure(stack: Omit<SandboxStack, "privateKeyFile">, apiKey?: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await this.storedSecret("passphrase", 24);
    const privateKeyFile = relative(root, stack.hosts[0]?.privateKeyFile ?? "");
    await rm(this.stackFile, { force: true });
    await writeFile(this.stackFile, sandboxStackFile({ ...stack, privateKeyFile }));
    await chmod(this.stackFile, 0o600);
    await this.pulumi(["stack", "select", "--create", this.stack]);
    await this.pulumi(["config", "set", "--secret", "--stack", this.stack, "apiKey"], {
      input: apiKey ?? (await this.storedSecret("api-key", 16)),
    });
  }

  /** A random secret of this stack, created once: a new one at each run would change the stack. */
  private async storedSecret(name: string, bytes: number): Promise<string> {
    const file = join(this.folder, name);
    if (!existsSync(file)) await writeFile(file, randomBytes(bytes).toString("hex"), { mode: 0o600 });
    return readFile(file, "utf8");
  }

  /** Runs `pulumi` in this repository's root. */
  async pulumi(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run("pulumi", [...args, "--non-interactive"], {
      cwd: root,
      title: `pulumi ${args.slice(0, 2).join(" ")}`,
      ...options,
      env: { ...this.environment, ...options.env },
    });
  }

  /** Runs one of this repository's `make` targets for the stack, such as `up`. */
  async make(target: string, options: RunOptions = {}): Promise<RunResult> {
    return run("make", ["--no-print-directory", target, `STACK=${this.stack}`], {
      cwd: root,
      title: `make ${target} STACK=${this.stack}`,
      ...options,
      env: { ...this.environment, ...options.env },
    });
  }

  /** Removes the stack's state, file and passphrase. It leaves the hosts as they are. */
  async forget(): Promise<void> {
    const remove = ["stack", "rm", "--force", "--yes", "--remove-backups", "--stack", this.stack];
    await this.pulumi(remove, { check: false });
    await removeStateLeftovers(join(root, ".state"), this.stack);
    await rm(this.stackFile, { force: true });
    await rm(this.folder, { recursive: true, force: true });
  }
}
