/**
 * `make bench`: how long deploys and container changes take, beside other ways to do the same. Nothing else should run.
 * docs/performance.md says what it measures.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join, resolve } from "node:path";

import { removeAll } from "../../sandbox/host";
import { describeError, runMain, UserError } from "../../tools/shared/errors";
import { logToStderr, step } from "../../tools/shared/progress";
import { versions } from "../../tools/toolchain/parts";
import { openStage, type OpenStage } from "../e2e/support/open-stage";
import { compareResults } from "./compare";
import { runDeploys, type DeployPlan } from "./deploys/run-deploys";
import { pythonVersions } from "./deploys/python-tools";
import { compareWithSwarm } from "./deploys/swarm-comparison";
import { runReactions, type ReactionPlan } from "./reactions";
import type { Results } from "./results";
import { describeResults } from "./tables";

const owner = "bench";
const root = resolve(__dirname, "..", "..");

/** The results that the figures in README and docs come from. */
const keptFile = join(root, "docs", "picture", "bench.json");

/** The results of the last run here. */
const lastFile = join(root, ".results", "bench.json");

/** How much is measured. */
interface Plan {
  readonly deploys: DeployPlan;
  /** The numbers of machines with which a list of hosts is compared with a Swarm. */
  readonly swarm: readonly number[];
  readonly reactions: ReactionPlan;
}

/** A Swarm has an odd number of managers: these are its usual sizes. */
const swarmSizes = [1, 3, 5];

const plans: Readonly<Record<string, Plan>> = {
  quick: {
    deploys: { hosts: [1], delays: [0], runs: 1 },
    swarm: [],
    reactions: { containers: [0], rounds: 2, burst: 20 },
  },
  usual: {
    deploys: { hosts: [1, 8], delays: [0, 40], runs: 1 },
    swarm: swarmSizes,
    reactions: { containers: [0, 200], rounds: 10, burst: 60 },
  },
  all: {
    deploys: { hosts: [1, 2, 4, 8], delays: [0, 40], runs: 5 },
    swarm: swarmSizes,
    reactions: { containers: [0, 100, 200, 300], rounds: 20, burst: 60 },
  },
  swarm: {
    deploys: { hosts: [], delays: [], runs: 1 },
    swarm: swarmSizes,
    reactions: { containers: [], rounds: 0, burst: 0 },
  },
};

async function main(): Promise<number> {
  const [name = "usual"] = process.argv.slice(2);
  if (name === "compare") return compare();
  const plan = plans[name];
  if (plan === undefined) throw new UserError(`Say how much to measure: ${Object.keys(plans).join(", ")}, or compare.`);
  const results = await measure(plan);
  process.stdout.write(`\n${describeResults(results)}\n`);
  const keep = process.env["KEEP"] === "yes";
  if (results.failed.length === 0) {
    // What was measured alone leaves the rest as it was.
    const { swarm } = results;
    const part = name === "swarm" && swarm !== undefined;
    if (keep) writeResults(keptFile, part ? { ...readResults(keptFile, "make bench KEEP=yes"), swarm } : results);
    return 0;
  }
  const kept = keep ? ` They are not kept; if they are good enough: cp ${lastFile} ${keptFile}` : "";
  process.stderr.write(`\nSome of it could not be measured. The results are in ${lastFile}.${kept}\n`);
  return 1;
}

function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
}

/** Compares the last run with the kept results. */
function compare(): number {
  const { lines, worse } = compareResults(
    readResults(keptFile, "make bench-all KEEP=yes"),
    readResults(lastFile, "make bench"),
  );
  process.stdout.write(`${lines.join("\n")}\n`);
  return worse ? 1 : 0;
}

function readResults(file: string, command: string): Results {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Results;
  } catch {
    throw new UserError(`There are no results in ${file}. Make them: ${command}`);
  }
}

async function measure({ deploys, swarm, reactions }: Plan): Promise<Results> {
  const before = loadavg()[0] ?? NaN;
  let stage: OpenStage | undefined;
  try {
    const names = Array.from({ length: Math.max(...deploys.hosts, ...swarm) }, (_, index) => `bench-${index + 1}`);
    const opened = await openStage(owner, Object.fromEntries(names.map((name) => [name, {}])));
    stage = opened;
    const deployed = await step("Deploys", logToStderr, () => runDeploys(opened, deploys));
    const compared = await compareWithSwarm(opened, { sizes: swarm, runs: deploys.runs });
    const notDeployed = [...deployed.failed, ...compared.failed];
    const describe = (failed: readonly string[], reacted: Pick<Results, "reactions" | "costs">): Results => ({
      at: new Date().toISOString(),
      machine: { processors: cpus().length, node: process.version, load: [before, loadavg()[0] ?? NaN] },
      versions: { ...versions, ...pythonVersions },
      standIns: opened.toolchain.parts.filter(({ origin }) => origin === "stand-in").map(({ name }) => name),
      failed,
      deploys: deployed.deploys,
      ...(swarm.length > 0 && { swarm: compared.swarm }),
      ...reacted,
    });
    // An hour's work is not lost if what follows fails.
    let results = describe(notDeployed, { reactions: [], costs: [] });
    writeResults(lastFile, results);
    try {
      const work = (): ReturnType<typeof runReactions> => runReactions(opened, reactions);
      results = describe(notDeployed, await step("Containers that come and go", logToStderr, work));
    } catch (error) {
      results = describe([...notDeployed, `containers that come and go: ${describeError(error)}`], results);
    }
    writeResults(lastFile, results);
    return results;
  } finally {
    await (stage === undefined ? removeAll(owner) : stage.close());
  }
}

runMain(main);
