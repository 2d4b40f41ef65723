/** `make check`: runs the checks of one container through the agent. */
import { deployedStack } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import { runMain, UserError } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import { answersHelp, withUsageErrors } from "../shared/usage";
import { exitCodes, failureCode } from "../status/exit-code";
import { chooseHosts } from "../status/options";
import { checkContainer } from "./check-container";
import { describeReport, isHealthy } from "./describe";
import { readOptions, usageLine } from "./options";
import type { CheckDocument } from "./schema";
import { hostTarget, nodeTarget, type CheckTarget } from "./target";

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (answersHelp(args, usageLine)) return exitCodes.allWell;
  const {
    stack,
    host: name,
    container,
    json,
  } = withUsageErrors(() => {
    const options = readOptions(args);
    return { ...options, stack: requireStack("stacks", options.stack) };
  });
  const target = await targetOf(stack, name);
  const report = await step(`Running the check of ${container}`, logToStderr, () => checkContainer(target, container));
  const code = isHealthy(report) ? exitCodes.allWell : exitCodes.somethingWrong;
  const document: CheckDocument = { stack, exitCode: code, ...report };
  const text = json ? JSON.stringify(document, null, 2) : describeReport(report);
  process.stdout.write(`${text}\n`);
  return code;
}

/** The host or the node of a name, as the stack's last `up` left it. */
async function targetOf(stack: string, name: string): Promise<CheckTarget> {
  const { hosts, swarm } = await deployedStack(stack);
  if (swarm !== undefined) return nodeTarget(swarm, stack, name);
  const [host] = withUsageErrors(() => chooseHosts(stack, hosts, name));
  if (host === undefined) throw new UserError(`Stack ${stack} has no hosts.`);
  return hostTarget(host);
}

runMain(main, failureCode);
