/** `make status` and `make drift`: what the agents of a stack watch, what they don't, and where hosts differ from it. */
import { pulumiEnvironment } from "../deploy/environment";
import { deployedStack } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import type { SwarmOutput } from "../../infra/swarm";
import type { StackState } from "../deploy/state";
import { hostsToLookAt, neverMade } from "../look";
import { withSshKey } from "../pipeline/ssh-key";
import { describeError, runMain, UserError } from "../shared/errors";
import { logToStderr, silent, step, type Log } from "../shared/progress";
import { readStackSettings } from "../render/settings";
import type { Shown } from "../shared/shown";
import { answersHelp, withUsageErrors, UsageError } from "../shared/usage";
import { askHosts, compareHosts } from "./ask-hosts";
import { neverMadeReport } from "./drift";
import { lookAtSwarm } from "../swarm/look";
import { noSuchNode } from "../swarm/question-nodes";
import { askSwarm } from "./ask-swarm";
import { exitCode, exitCodes, failureCode } from "./exit-code";
import { chooseHosts, readStatusOptions, statusForm } from "./options";
import type { WatchedHost } from "./read-host";
import type { HostReport, StatusDocument } from "./schema";
import { showProgress, takesEscapes, usesColours, widthOfScreen } from "./screen";
import { stackFileParts } from "./stack-file-parts";
import { swarmDriftReports, withSwarmDrift } from "./swarm-drift";
import { formatReports } from "./text";
import { wantedImages } from "./versions";
import { watchRounds, type Round } from "./watch";

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (answersHelp(args, statusForm)) return exitCodes.allWell;
  const options = withUsageErrors(() => {
    const read = readStatusOptions(args);
    return { ...read, stack: requireStack("stacks", read.stack) };
  });
  const environment = await pulumiEnvironment(options.stack, "state");
  return withSshKey(process.env, async () => {
    if (options.watch) return watch(options, environment);
    const reports = await askOnce(options, environment, logToStderr);
    process.stdout.write(`${describe(options, reports)}\n`);
    return exitCode(reports);
  });
}

/** Asks again and again until the program is interrupted. If a round fails, its text is the reason. */
async function watch(options: Wanted, environment: NodeJS.ProcessEnv): Promise<number> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.on("SIGINT", end).on("SIGTERM", end);
  const ask = async (): Promise<Round> => {
    try {
      const reports = await askOnce(options, environment, silent);
      return { text: describe(options, reports), code: exitCode(reports) };
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof UsageError) throw error;
      const text = describeError(error);
      return { text: options.json ? JSON.stringify({ error: text }) : text, code: failureCode(error) };
    }
  };
  const code = await watchRounds(ask, {
    output: process.stdout,
    replaces: takesEscapes(process.stdout, process.env) && !options.json,
    ...(!options.json && { heading: () => `${options.stack}, ${new Date().toLocaleTimeString("en-GB")}` }),
    signal: ending.signal,
  });
  process.off("SIGINT", end).off("SIGTERM", end);
  return code;
}

/** Where progress is shown. */
const terminal = {
  isTTY: process.stderr.isTTY,
  write: (text: string): boolean => process.stderr.write(text),
};

/** What a round is about. */
interface Wanted {
  readonly stack: string;
  readonly host: string | undefined;
  readonly drift: boolean;
  readonly json: boolean;
  /** Whether it is one of many rounds; a JSON document is then one line. */
  readonly watch: boolean;
}

/** Asks the hosts of the stack as its state has them now. */
async function askOnce(
  { stack, host, drift }: Wanted,
  environment: NodeJS.ProcessEnv,
  log: Log,
): Promise<Shown<HostReport>[]> {
  const [{ state, hosts: all, swarm }, settings] = await Promise.all([
    deployedStack(stack, environment),
    drift ? undefined : settingsByHost(stack, environment),
  ]);
  // Only now: of a stack that was never deployed, that says all.
  if (typeof settings === "string") {
    log(`The running versions are not compared with the stack's settings, which can't be read: ${settings}`);
  }
  const wantedSettings = typeof settings === "string" ? undefined : settings;
  if (swarm !== undefined) {
    const wanted = { stack, host, images: wantedSettings?.get(swarmName)?.images };
    if (drift) return step("Asking a manager of the Swarm", log, () => compareSwarm(swarm, state, wanted));
    const title = host === undefined ? "Asking the nodes of the Swarm" : "Asking a node of the Swarm";
    return step(title, log, async () => {
      const [reports, look] = await Promise.all([askSwarm(swarm, wanted), lookAtSwarm(swarm, state)]);
      return withSwarmDrift(reports, look, stack);
    });
  }
  const hosts = withUsageErrors(() => chooseHosts(stack, all, host));
  const names = new Set(hosts.map(({ name }) => name));
  const expected = hostsToLookAt("stacks", stack, state).filter(({ name }) => names.has(name));
  const title = hosts.length === 1 ? "Asking the host" : `Asking ${hosts.length} hosts`;
  const missing = drift ? neverMade("stacks", stack, state).filter((name) => host === undefined || name === host) : [];
  return step(title, log, async (report) => {
    const waiting = new Set(names);
    const onReport = (name: string): void => {
      waiting.delete(name);
      if (log !== silent) {
        const answered = `${names.size - waiting.size} of ${names.size} hosts have answered`;
        showProgress(terminal, waiting.size === 0 ? "" : answered);
      }
      report(`${names.size - waiting.size} have answered, waiting for ${[...waiting].join(", ")}`);
    };
    return drift
      ? [...(await compareHosts(expected, { stack, onReport })), ...missing.map((name) => neverMadeReport(name, stack))]
      : askHosts(
          hosts.map((one) => ({ ...one, ...wantedSettings?.get(one.name) })),
          { stack, onReport, expected: new Map(expected.map((one) => [one.name, one])) },
        );
  });
}

/** Compares a Swarm with the stack's state, and reports only the differences. */
async function compareSwarm(
  swarm: SwarmOutput,
  state: StackState,
  { stack, host }: Pick<Wanted, "stack" | "host">,
): Promise<Shown<HostReport>[]> {
  const look = await lookAtSwarm(swarm, state);
  const names = look.nodes.map(({ name }) => name);
  if (host !== undefined && look.problem === undefined && !names.includes(host)) throw noSuchNode(stack, host, names);
  return swarmDriftReports(look, stack, host);
}

/** Stands for all nodes of a Swarm, which have the same images. */
const swarmName = "swarm";

/** What the stack's settings say of each host, or why they can't be read. */
async function settingsByHost(
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, Pick<WatchedHost, "images" | "fileParts">> | string> {
  try {
    const { hosts, swarm } = await readStackSettings(stack, environment);
    if (swarm !== undefined) return new Map([[swarmName, { images: wantedImages(swarm.node) }]]);
    return new Map(hosts.map((host) => [host.name, { images: wantedImages(host), fileParts: stackFileParts(host) }]));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

function describe({ stack, json, drift, watch: isWatch }: Wanted, reports: readonly Shown<HostReport>[]): string {
  if (json) {
    const document: StatusDocument = { stack, exitCode: exitCode(reports), hosts: reports };
    return JSON.stringify(document, null, isWatch ? undefined : 2);
  }
  const text = formatReports(reports, {
    width: widthOfScreen(process.stdout),
    colours: usesColours(process.stdout, process.env),
    about: drift ? "drift" : "everything",
  });
  return text === "" ? "Every host is as the last up left it." : text;
}

runMain(main, failureCode);
