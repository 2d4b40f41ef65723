/** `make preview`, `up`, `destroy` and `unlock`: runs Pulumi with the resolved toolchain, and reports failures host by host. */
import { runMain, UserError } from "../shared/errors";
import { destroy } from "./destroy";
import { EngineRuns, type Invocation } from "./engine-run";
import { pulumiEnvironment } from "./environment";
import { preview } from "./preview";
import { describeSharedSettings } from "./shared-settings";
import { checkStackFile } from "./stack-file";
import { requireStack } from "./stacks";
import { unlock } from "./unlock";
import { up } from "./up";

const operations = ["preview", "up", "destroy", "unlock"] as const;
type Operation = (typeof operations)[number];

async function main(): Promise<number> {
  const [operation, stackName, ...flags] = process.argv.slice(2);
  if (!isOperation(operation)) throw new UserError(`Name one of: ${operations.join(", ")}.`);
  const stack = requireStack("stacks", stackName);
  const isLive = readLive();
  if (operation === "unlock") return unlock(stack, await pulumiEnvironment(stack, "state"));
  checkStackFile("stacks", stack);
  const sharedSettings = describeSharedSettings("stacks", stack);
  if (sharedSettings !== undefined) process.stderr.write(`${sharedSettings}\n`);
  const environment = await pulumiEnvironment(stack, "deployment");
  return deploy({ operation, stack, environment, flags }, isLive);
}

async function deploy(invocation: Invocation, isLive: boolean): Promise<number> {
  const runs = new EngineRuns(invocation);
  try {
    if (invocation.operation === "preview") return await preview(invocation, runs, isLive);
    return await (invocation.operation === "up" ? up : destroy)(invocation, runs);
  } finally {
    runs.close();
  }
}

function isOperation(word: string | undefined): word is Operation {
  return operations.some((operation) => operation === word);
}

/** Whether a preview looks at the hosts, too. */
function readLive(): boolean {
  const { LIVE: live = "" } = process.env;
  if (live === "yes" || live === "") return live !== "";
  throw new UserError(`LIVE=${live} is not understood: write LIVE=yes, or leave it out.`);
}

runMain(main);
