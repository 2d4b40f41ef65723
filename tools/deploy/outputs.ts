import type { WatchedHost } from "../status/read-host";
import { UserError } from "../shared/errors";
import { run } from "../shared/run";
import { pulumiEnvironment } from "./environment";

/**
 * The hosts of a stack as its last `up` left them.
 * @throws UserError if the stack has never been deployed.
 */
export async function stackHosts(stack: string, environment?: NodeJS.ProcessEnv): Promise<WatchedHost[]> {
  const { stdout, status, stderr } = await run("pulumi", ["stack", "output", "hosts", "--json", "--stack", stack], {
    env: environment ?? (await pulumiEnvironment(stack, "state")),
    check: false,
  });
  if (status !== 0) {
    throw new UserError(
      `Stack ${stack} has no hosts to ask. Deploy it first (make up STACK=${stack}).\n${stderr.trim()}`,
    );
  }
  return JSON.parse(stdout) as WatchedHost[];
}
