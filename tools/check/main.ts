/** `make check`: one container's check once, now, through the agent. */
import { stackHosts } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import { runMain, UserError } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import { ProcessError } from "../shared/run";
import { usage } from "../shared/usage";
import { whyNotReached } from "../status/ask-hosts";
import { exitCodes, failureCode } from "../status/exit-code";
import { chooseHosts } from "../status/options";
import { checkContainer } from "./check-container";
import { describeReport, isWell } from "./describe";
import { readOptions } from "./options";

async function main(): Promise<number> {
  const {
    stack,
    host: name,
    container,
    json,
  } = usage(() => {
    const options = readOptions(process.argv.slice(2));
    return { ...options, stack: requireStack("stacks", options.stack) };
  });
  const all = await stackHosts(stack);
  const [host] = usage(() => chooseHosts(stack, all, name));
  if (host === undefined) throw new UserError(`Stack ${stack} has no hosts.`);
  const report = await step(`Running the check of ${container}`, logToStderr, () =>
    checkContainer(host, container).catch((error: unknown) => {
      if (error instanceof ProcessError) throw new UserError(`Host ${host.name} ${whyNotReached(error)}`);
      throw error;
    }),
  );
  const code = isWell(report) ? exitCodes.allWell : exitCodes.somethingWrong;
  const text = json ? JSON.stringify({ stack, exitCode: code, ...report }, null, 2) : describeReport(report);
  process.stdout.write(`${text}\n`);
  return code;
}

runMain(main, failureCode);
