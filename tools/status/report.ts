import type { GenerationNumber } from "../../infra/integrations";
import { containerNames } from "../../infra/names";
import { shown, type Shown } from "../shared/shown";
import { rareSecrets, readConfigFiles } from "./config-files";
import { readContainers, type ContainerState } from "./containers";
import { lateDrafts } from "./drafts";
import { generation5Status } from "./generation-5";
import { generation7Status } from "./generation-7";
import type { AgentInstance, GenerationStatus } from "./generation-status";
import { neighbourRemarks } from "./neighbours";
import { engineProblem, readOwnParts, reasonOf, type OwnParts } from "./own-parts";
import { noAnswer, type Answer } from "./questions";

/** One instance of one check on one host. */
export interface InstanceReport extends AgentInstance {
  readonly host: string;
}

/** A host's instances, and what is wrong or odd beside them; each line begins with the host's name. */
export interface HostReport {
  readonly host: string;
  /** Whether the host and its Docker engine could be asked; where not, the one problem says why. */
  readonly reached: boolean;
  readonly instances: readonly InstanceReport[];
  /** What is wrong: parts that don't run or don't answer, configs that the agent refuses. */
  readonly problems: readonly string[];
  /** What is worth a word: containers that have no instance, or two names for one tag. */
  readonly remarks: readonly string[];
}

/** How the agent of each generation is asked. */
export const generationStatus: Readonly<Record<GenerationNumber, GenerationStatus>> = {
  5: generation5Status,
  7: generation7Status,
};

/** What a host says, as it was read from it. */
export interface HostAnswers {
  readonly agentGeneration: GenerationNumber;
  /** The checks that the stack lists. Default: not known. */
  readonly integrations?: readonly string[] | undefined;
  /** By the questions' names. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** The word that sets apart what stands in the answers. */
  readonly mark: string;
}

/** How often an agent that says nothing of it looks for new configs, in seconds. */
const usualPollSeconds = 60;

/**
 * Puts together what the agent of a host watches and how it fares. Whatever the answers are, there is a report: one that
 * can't be read costs what stands in it, and a line says so.
 */
export function reportHost(
  host: string,
  { agentGeneration, integrations, answers, mark }: HostAnswers,
): Shown<HostReport> {
  const answer = (name: string): Answer => answers.get(name) ?? noAnswer;
  const silent = engineProblem(answer("containers"));
  if (silent !== undefined) return reportSilence(host, silent);
  const containers = readContainers(answer("containers").text);
  const byId = new Map(containers.map((container) => [container.id, container]));
  const agentFiles = readConfigFiles(answer("agent-files").text, mark);
  const generatedFiles = readConfigFiles(answer("generated-files").text, mark);
  const parts = readOwnParts(containers);
  const status = parts.running.agent ? generationStatus[agentGeneration] : nothingToAsk;
  const report = status.report(answer, {
    starting: parts.starting.agent,
    agentFiles,
    generatedFiles,
    containerName: (id) => byId.get(id)?.name,
    discoveryLabels: (id) => discoveryLabels(byId.get(id)),
    pollSeconds: pollSeconds(containers),
  });
  const lines = (texts: readonly string[]): string[] => [...new Set(texts)].map((text) => `${host}: ${text}`);
  return shown(
    {
      host,
      reached: true,
      instances: report.instances.map((instance) => ({ host, ...instance })).sort(byPlace),
      problems: lines([
        ...parts.problems,
        ...silentParts(answer, parts),
        ...report.problems,
        ...lateDrafts(answer("drafts").text),
        ...linkProblems(answer("links").text),
      ]),
      remarks: lines([
        ...report.remarks,
        ...generatedFiles.flatMap(({ remarks }) => remarks),
        ...neighbourRemarks(containers, integrations),
      ]),
    },
    rareSecrets([...agentFiles, ...generatedFiles]),
  );
}

/** A host that can't be asked, or whose engine can't. */
export function reportSilence(host: string, problem: string): Shown<HostReport> {
  return shown({ host, reached: false, instances: [], problems: [`${host}: ${problem}`], remarks: [] });
}

/** What is asked of an agent that does not run. */
const nothingToAsk: Pick<GenerationStatus, "report"> = {
  report: () => ({ instances: [], problems: [], remarks: [] }),
};

/** Parts of a host that run and have not answered, with the reason. */
function silentParts(answer: (name: string) => Answer, { running }: OwnParts): string[] {
  const asked = [
    ["agent", "agent-files", `the configs in ${containerNames.agent} can't be read`],
    ["generator", "generated-files", `the generated configs in ${containerNames.generator} can't be read`],
  ] as const;
  return asked.flatMap(([role, name, problem]) => {
    const told = answer(name);
    return !running[role] || told.status === 0 || told.text !== "" ? [] : [`${problem} (${reasonOf(told)})`];
  });
}

/** Links among the password files. */
function linkProblems(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((path) => `${path} is a link, which is refused among the password files: put the file itself there`);
}

function discoveryLabels(container: ContainerState | undefined): string[] {
  return [...(container?.labels ?? [])]
    .filter(([label]) => label.startsWith("com.datadoghq.ad."))
    .map(([, value]) => value);
}

function pollSeconds(containers: readonly ContainerState[]): number {
  const agent = containers.find(({ name }) => name === containerNames.agent);
  const seconds = Number(agent?.variables.get("DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL") ?? NaN);
  return seconds > 0 && seconds <= 3600 ? seconds : usualPollSeconds;
}

/** The same rows come in the same order, however the agent has put them. */
function byPlace(a: AgentInstance, b: AgentInstance): number {
  const keys = ({ check, instance, container, tags }: AgentInstance): string =>
    [check, instance, container, ...tags].join("\0");
  const [first, second] = [keys(a), keys(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
