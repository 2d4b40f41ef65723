/** `make forget`: takes a host that will never answer again out of a stack's state, without a try to reach it. */
import { runMain, UserError } from "../shared/errors";
import { run } from "../shared/run";
import { pulumiEnvironment } from "./environment";
import { requireStack } from "./stacks";
import { withoutHost, type StackState } from "./state";

async function main(): Promise<number> {
  const [stackName, host = ""] = process.argv.slice(2);
  const stack = requireStack("stacks", stackName);
  if (host === "") throw new UserError(`Which host? Say HOST=name, as the stack file calls or called it.`);
  const env = await pulumiEnvironment(stack, "state");
  const { stdout } = await run("pulumi", ["stack", "export", "--stack", stack], { env, title: "pulumi stack export" });
  const state = withoutHost(JSON.parse(stdout) as StackState, host);
  await run("pulumi", ["stack", "import", "--stack", stack], {
    env,
    title: "pulumi stack import",
    input: JSON.stringify(state),
  });
  process.stdout.write(
    `Stack ${stack} knows nothing of host ${host} any more; nothing was done on the machine. Take the host out of the stack file too, else the next \`up\` sets it up anew.\n`,
  );
  return 0;
}

runMain(main);
