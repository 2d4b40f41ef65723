import { spawn } from "node:child_process";

import { UserError } from "../shared/errors";

/**
 * Runs `pulumi` on this terminal and tells its status.
 * Ctrl-C goes to it by the terminal itself; this process waits for it to finish the step that it is at.
 */
export async function runPulumi(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  const child = spawn("pulumi", args, { env: environment, stdio: "inherit" });
  const forward = (): void => void child.kill("SIGINT");
  process.on("SIGTERM", forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (error) => reject(new UserError(`pulumi can't be started: ${error.message}`)));
      child.once("close", (status) => resolve(status ?? 130));
    });
  } finally {
    process.removeListener("SIGINT", wait);
    process.removeListener("SIGTERM", forward);
  }
}
