import { run } from "../shared/run";
import type { StackState } from "./state";

/**
 * Replaces a stack's state in its backend.
 * @param env environment in which `pulumi` runs.
 * @param change makes the new state from the current one.
 * @throws ProcessError if the state can't be read or written, and what `change` throws.
 */
export async function changeState(
  stack: string,
  env: NodeJS.ProcessEnv,
  change: (state: StackState) => StackState,
): Promise<void> {
  const args = ["--non-interactive", "--stack", stack];
  const { stdout } = await run("pulumi", ["stack", "export", ...args], { env, title: "pulumi stack export" });
  const input = JSON.stringify(change(JSON.parse(stdout) as StackState));
  await run("pulumi", ["stack", "import", ...args], { env, input, title: "pulumi stack import" });
}
