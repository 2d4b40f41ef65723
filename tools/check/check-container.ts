import { ownNames } from "../../infra/names";
import { UserError } from "../shared/errors";
import { masked } from "../shared/secrets";
import { shown, type Shown } from "../shared/shown";
import { UsageError } from "../shared/usage";
import { rareSecrets, readConfigFiles, type ConfigFile } from "../status/config-files";
import { readContainers, type Container } from "../containers/containers";
import { engineProblem, readOwnParts, reasonOf, type OwnParts } from "../status/own-parts";
import { noAnswer, type Answer, type Question } from "../shared/questions";
import { noSuchCheck } from "../status/failures";
import { generationStatus, reportHost, type HostAnswers } from "../status/report";
import { fixPlaces } from "../status/schema";
import { asOnHost } from "../status/swarm";
import type { CheckRun, ContainerReport, InstanceRun } from "./schema";
import type { CheckTarget } from "./target";
import { checkCommand5, readRun5 } from "./generation-5";
import { checkCommand7, readRun7 } from "./generation-7";
import {
  containerChecks,
  findContainer,
  instancesByAddress,
  instancesByContainerId,
  nearestNames,
  type ContainerInstance,
} from "./instances";

/** The host has no container of the requested name or id. */
export class ContainerNotFound extends UsageError {}

/** The host's Docker engine does not respond. */
export class EngineNotResponding extends UserError {}

/**
 * Runs the checks of one container in the agent's container and reports what they collect. Nothing is sent to Datadog, and
 * nothing on the host changes.
 * @param wanted the container's name, or the beginning of its id.
 * @throws ContainerNotFound, EngineNotResponding, and another UserError if the host can't be reached.
 */
export async function checkContainer(host: CheckTarget, wanted: string): Promise<Shown<ContainerReport>> {
  const read = await host.read();
  const containers = read.answers.get("containers") ?? noAnswer;
  const problem = engineProblem(containers);
  if (problem !== undefined) throw new EngineNotResponding(`Host ${host.name}: ${problem}`);
  const all = readContainers(containers.text);
  const container = findContainer(all, wanted);
  if (container === undefined) throw containerNotFound(host.name, wanted, all);
  const files = readConfigFiles((read.answers.get("agent-files") ?? noAnswer).text, read.mark);
  const secrets = files.flatMap((file) => file.secrets);
  const report = (runs: readonly InstanceRun[], remarks: readonly string[]): Shown<ContainerReport> =>
    shown({ host: host.name, container: container.name, runs, remarks }, rareSecrets(files));
  const parts = ownPartsOf(all, read);
  if (!parts.running.agent) return report([], parts.problems);
  const { instances, answers } =
    host.agentGeneration === 7 ? await run7(host, container, files) : await run5(host, container, files);
  if (instances.length === 0) return report([], missingInstanceReasons(read, host.name, container));
  return shown(
    report(
      instances.map((instance) => runOf(host, instance, answers)),
      host.agentGeneration === 5 && instances.some(({ sharesTags }) => sharesTags) ? [sharedTagsRemark] : [],
    ),
    secrets,
  );
}

function ownPartsOf(containers: readonly Container[], { isNode = false }: HostAnswers): OwnParts {
  if (!isNode) return readOwnParts(containers);
  const { containers: renamed, tasks } = asOnHost(containers);
  return readOwnParts(renamed, tasks);
}

const sharedTagsRemark =
  "another container has the same tags, and the agent of generation 5 tells what it collects by tags alone: some of this may be the other one's";

/** A container's instances, and the agent's answers by question name (`run-CHECK`). */
interface CheckAnswers {
  readonly instances: readonly ContainerInstance[];
  readonly answers: ReadonlyMap<string, Answer>;
}

async function run7(host: CheckTarget, { id }: Container, files: readonly ConfigFile[]): Promise<CheckAnswers> {
  const instances = instancesByContainerId(files, id);
  const { folder } = generationStatus[7].files;
  const questions = instances.map(({ check, file }): Question => ({
    name: `run-${check}`,
    command: checkCommand7(host.own.agent, check, `${folder}/${file.path}`),
  }));
  return { instances, answers: questions.length === 0 ? new Map() : (await host.ask(questions)).answers };
}

/** In generation 5, only the addresses tell which instances are the container's, so these are read first. */
async function run5(host: CheckTarget, { id }: Container, files: readonly ConfigFile[]): Promise<CheckAnswers> {
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}} {{end}}";
  const first = await host.ask([{ name: "addresses", command: `docker container inspect --format '${format}' ${id}` }]);
  const addresses = (first.answers.get("addresses") ?? noAnswer).text.split(/\s+/).filter((text) => text !== "");
  const own = files.filter(({ path }) => containerChecks.has(path.replace(/\.yaml$/, "")));
  const instances = instancesByAddress(own, addresses);
  const checks = [...new Set(instances.map(({ check }) => check))];
  const questions = checks.map((check): Question => ({ name: `run-${check}`, command: checkCommand5(check) }));
  return { instances, answers: questions.length === 0 ? new Map() : (await host.ask(questions)).answers };
}

function runOf(host: CheckTarget, instance: ContainerInstance, answers: ReadonlyMap<string, Answer>): InstanceRun {
  const { check, file, number, address, tags } = instance;
  const answer = answers.get(`run-${check}`) ?? noAnswer;
  const run =
    host.agentGeneration === 7
      ? readRun7(answer.text, file.path.split("/").pop() ?? "")
      : readRun5(answer.text, number, tags, instance.others);
  const own = { check, instance: address, tags };
  return {
    ...own,
    ...(run === undefined ? notRun(answer) : file.hasHandles ? withoutResolvedSecrets(run, tags) : run),
  };
}

/** The result if the agent did not run the instance: its output as the error. */
function notRun(answer: Answer): CheckRun {
  const output = answer.text.trim().split("\n").slice(-8).join(" ");
  // Generation 5 says nothing of a check that it does not have.
  const nothing = output === "" && answer.status === 0 && answer.stderr.trim() === "";
  const reason = nothing ? noSuchCheck : [output, reasonOf(answer)].filter((text) => text !== "").join("; ");
  return { samples: [], serviceChecks: [], warnings: [], error: `the agent has not run it: ${reason}` };
}

/** Hides all text from the agent, because any of it may contain a secret that the agent has resolved. */
function withoutResolvedSecrets(run: CheckRun, tags: readonly string[]): CheckRun {
  const hidden = (text: string): string => (text === "" ? "" : `a text that may hold a resolved secret (${masked})`);
  return {
    samples: run.samples.map((sample) => ({ ...sample, tags })),
    serviceChecks: run.serviceChecks.map((one) => ({ ...one, tags, message: hidden(one.message) })),
    error: hidden(run.error),
    warnings: run.warnings.map(hidden),
  };
}

/** Why a container has no instance, from the status report of its host. */
function missingInstanceReasons(read: HostAnswers, host: string, { name, state }: Container): string[] {
  const { problems, containers } = reportHost(host, read);
  const refused = problems.map((line) => line.slice(host.length + 2)).filter((line) => line.startsWith(`${name}: `));
  const rows = containers.filter(({ container, reason }) => container === name && reason !== null);
  const reasons = rows.flatMap(({ service, why, fixes }) => [
    `${name} has no instance for ${service}: ${why}`,
    ...fixes.map(({ place, line }) => `${fixPlaces[place]}: ${line}`),
  ]);
  if (reasons.length + refused.length > 0) return [...refused, ...reasons];
  if (state !== "running") return [`${name} does not run (${state}): docker start ${name} on the host starts it`];
  return [
    `${name} has no instance: it does not ask for an integration, or asked just now. Start it with a variable such as SERVICE=redis; README.md lists the services`,
  ];
}

function containerNotFound(host: string, wanted: string, all: readonly Container[]): ContainerNotFound {
  const own: readonly string[] = Object.values(ownNames);
  const names = all.map(({ name }) => name).filter((name) => !own.includes(name));
  return new ContainerNotFound(`Host ${host} has no container ${wanted}; ${nearestNames(wanted, names)}.`);
}
