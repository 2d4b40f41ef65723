/** `make forget`: removes a host that is gone for good from a stack's state, without connecting to it. */
import { runMain, UserError } from "../shared/errors";
import { changeState } from "./change-state";
import { pulumiEnvironment } from "./environment";
import { requireStack } from "./stacks";
import { withoutHost } from "./state";

async function main(): Promise<number> {
  const [stackName, host = ""] = process.argv.slice(2);
  const stack = requireStack("stacks", stackName);
  if (host === "") throw new UserError("No host is given. Set HOST=name, its name in the stack file.");
  const env = await pulumiEnvironment(stack, "state");
  await changeState(stack, env, (state) => withoutHost(state, host));
  process.stdout.write(
    `Stack ${stack} has forgotten host ${host}; the machine was not touched. Remove the host from the stack file too, or the next \`up\` sets it up again.\n`,
  );
  return 0;
}

runMain(main);
