import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";

import { UserError } from "../shared/errors";
import { run } from "../shared/run";

/** A stack that is to be made. */
export interface NewStack {
  readonly name: string;
  /** The file that Pulumi reads for it. */
  readonly file: string;
  /** The file's text, without the API key. */
  readonly text: string;
  readonly apiKey: string;
  /** The environment for `pulumi`. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Writes a stack's file and makes the stack, with its API key encrypted in the file. Where that fails, the file goes again.
 * @throws UserError where the file is there already, or Pulumi can't make the stack.
 */
export async function createStack({ name, file, text, apiKey, environment }: NewStack): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw fileExists(file);
    throw new UserError(`${file} can't be written: ${(error as Error).message}.`);
  }
  const pulumi = async (args: readonly string[], input?: string): Promise<void> => {
    await run("pulumi", [...args, "--non-interactive"], {
      env: environment,
      title: `pulumi ${args.slice(0, 2).join(" ")}`,
      ...(input !== undefined && { input }),
    });
  };
  const remove = (): void => {
    rmSync(file, { force: true });
  };
  const end = (): void => {
    remove();
    process.exit(130);
  };
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    await pulumi(["stack", "select", "--create", name]);
    // By stdin: a command line can be read by everybody on the machine.
    await pulumi(["config", "set", "--secret", "--stack", name, "datadog-hosts:apiKey"], apiKey);
  } catch (error) {
    remove();
    throw error;
  } finally {
    process.removeListener("SIGINT", end).removeListener("SIGTERM", end);
  }
}

/** What to say of a stack's file that is there already. */
export function fileExists(file: string): UserError {
  return new UserError(
    `${file} is there already, and stays as it is. Edit it (docs/settings.md), or choose another project or environment.`,
  );
}
