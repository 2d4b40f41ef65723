/** `make status` and `make drift`: what the agents of a stack watch, what they don't, and where hosts differ from it. */
import { pulumiEnvironment } from "../deploy/environment";
import { deployedStack } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import { hostsToLookAt } from "../look";
import { withSshKey } from "../pipeline/ssh-key";
import { runMain } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import type { Shown } from "../shared/shown";
import { usage } from "../shared/usage";
import { askHosts, compareHosts } from "./ask-hosts";
import { exitCode, failureCode } from "./exit-code";
import { chooseHosts, readStatusOptions } from "./options";
import type { HostReport, StatusDocument } from "./schema";
import { usesColours, widthOfScreen } from "./screen";
import { formatReports } from "./text";

async function main(): Promise<number> {
  const options = usage(() => {
    const read = readStatusOptions(process.argv.slice(2));
    return { ...read, stack: requireStack("stacks", read.stack) };
  });
  const environment = await pulumiEnvironment(options.stack, "state");
  return withSshKey(process.env, async () => {
    const reports = await askOnce(options, environment);
    process.stdout.write(`${describe(options, reports)}\n`);
    return exitCode(reports);
  });
}

/** What a round is about. */
interface Wanted {
  readonly stack: string;
  readonly host: string | undefined;
  readonly drift: boolean;
  readonly json: boolean;
}

/** Asks the hosts of the stack as its state has them now. */
async function askOnce({ stack, host, drift }: Wanted, environment: NodeJS.ProcessEnv): Promise<Shown<HostReport>[]> {
  const { state, hosts: all } = await deployedStack(stack, environment);
  const hosts = usage(() => chooseHosts(stack, all, host));
  const names = new Set(hosts.map(({ name }) => name));
  const expected = hostsToLookAt("stacks", stack, state).filter(({ name }) => names.has(name));
  const title = hosts.length === 1 ? "Asking the host" : `Asking ${hosts.length} hosts`;
  return step(title, logToStderr, (report) => {
    const waiting = new Set(names);
    const onReport = (name: string): void => {
      waiting.delete(name);
      report(`${names.size - waiting.size} have answered, waiting for ${[...waiting].join(", ")}`);
    };
    return drift
      ? compareHosts(expected, { stack, onReport })
      : askHosts(hosts, { stack, onReport, expected: new Map(expected.map((one) => [one.name, one])) });
  });
}

function describe({ stack, json, drift }: Wanted, reports: readonly Shown<HostReport>[]): string {
  if (json) {
    const document: StatusDocument = { stack, exitCode: exitCode(reports), hosts: reports };
    return JSON.stringify(document, null, 2);
  }
  const text = formatReports(reports, {
    width: widthOfScreen(process.stdout),
    colours: usesColours(process.stdout, process.env),
    about: drift ? "drift" : "everything",
  });
  return text === "" ? "Every host is as the last up left it." : text;
}

runMain(main, failureCode);
