/** `make check`: one container's check once, now, through the agent. */
import { stackHosts } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import { describeError, UserError } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import { ProcessError } from "../shared/run";
import { whyNotReached } from "../status/ask-hosts";
import { exitCodes } from "../status/exit-code";
import { chooseHosts } from "../status/options";
import { checkContainer, NoSuchContainer } from "./check-container";
import { describeReport, isWell } from "./describe";
import { readOptions } from "./options";

class UsageError extends UserError {}

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

/** What is wrong here is wrong with how the program was called. */
function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    const wrongUse = error instanceof UsageError || error instanceof NoSuchContainer;
    process.exit(wrongUse ? exitCodes.wrongUse : exitCodes.notAsked);
  },
);
