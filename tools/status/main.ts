/** `make status`: the instances of a stack's agents, and what is wrong. */
import { stackHosts } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import { runMain } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import { usage } from "../shared/usage";
import { askHosts } from "./ask-hosts";
import { exitCode, failureCode } from "./exit-code";
import { chooseHosts, readOptions, type Options } from "./options";
import { formatTable } from "./table";

async function main(): Promise<number> {
  const { stack, json, host } = usage(() => {
    const options = readOptions(process.argv.slice(2));
    return { ...options, stack: requireStack("stacks", options.stack) } satisfies Options;
  });
  const all = await stackHosts(stack);
  const hosts = usage(() => chooseHosts(stack, all, host));
  const title = hosts.length === 1 ? "Asking the host" : `Asking ${hosts.length} hosts`;
  const reports = await step(title, logToStderr, () => askHosts(hosts));
  const text = json
    ? JSON.stringify({ stack, exitCode: exitCode(reports), hosts: reports }, null, 2)
    : formatTable(reports);
  process.stdout.write(`${text}\n`);
  return exitCode(reports);
}

runMain(main, failureCode);
