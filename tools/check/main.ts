/** `make check`: runs the checks of one container through the agent. */
import { stackHosts } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import { runMain, UserError } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import { ProcessError } from "../shared/run";
import { withUsageErrors } from "../shared/usage";
import { whyNotReached } from "../status/ask-hosts";
import { exitCodes, failureCode } from "../status/exit-code";
import { chooseHosts } from "../status/options";
import { checkContainer } from "./check-container";
import { describeReport, isHealthy } from "./describe";
import { readOptions } from "./options";

async function main(): Promise<number> {
  const {
    stack,
    host: name,
    container,
    json,
  } = withUsageErrors(() => {
    const options = readOptions(process.argv.slice(2));
    return { ...options, stack: requireStack("stacks", options.stack) };
  });
  const all = await stackHosts(stack);
  const [host] = withUsageErrors(() => chooseHosts(stack, all, name));
  if (host === undefined) throw new UserError(`Stack ${stack} has no hosts.`);
  const report = await step(`Running the check of ${container}`, logToStderr, () =>
    checkContainer(host, container).catch((error: unknown) => {
      if (error instanceof ProcessError) throw new UserError(`Host ${host.name} ${whyNotReached(error)}`);
      throw error;
    }),
  );
  const code = isHealthy(report) ? exitCodes.allWell : exitCodes.somethingWrong;
  const text = json ? JSON.stringify({ stack, exitCode: code, ...report }, null, 2) : describeReport(report);
  process.stdout.write(`${text}\n`);
  return code;
}

runMain(main, failureCode);
