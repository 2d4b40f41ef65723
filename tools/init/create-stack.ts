import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";

import { UserError } from "../shared/errors";
import { run } from "../shared/run";

/** A stack to create. */
export interface NewStack {
  readonly name: string;
  /** Path of the stack's settings file. */
  readonly file: string;
  /** The file's text, without the API key. */
  readonly text: string;
  readonly apiKey: string;
  /** Environment variables for `pulumi`. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Writes a stack's file and creates the stack. The API key is encrypted in the file. If this fails, the file is removed.
 * @throws UserError if the file exists already, or if Pulumi can't create the stack.
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
  const onSignal = (): void => {
    remove();
    process.exit(130);
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    await pulumi(["stack", "select", "--create", name]);
    // On stdin, because every user of the machine can read command lines.
    await pulumi(["config", "set", "--secret", "--stack", name, "datadog-hosts:apiKey"], apiKey);
  } catch (error) {
    remove();
    throw error;
  } finally {
    process.removeListener("SIGINT", onSignal).removeListener("SIGTERM", onSignal);
  }
}

/** The error for a stack's file that exists already. */
export function fileExists(file: string): UserError {
  return new UserError(
    `${file} already exists, and was not changed. Edit it (docs/settings.md), or choose another project or environment.`,
  );
}
