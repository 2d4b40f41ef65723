import type { GenerationNumber } from "../../infra/integrations";
import { containerNames } from "../../infra/names";
import { shown, type Shown } from "../shared/shown";
import { rareSecrets, readConfigFiles } from "./config-files";
import { readContainers, type ContainerState } from "./containers";
import { lateDrafts } from "./drafts";
import { heldFolders } from "./held-folders";
import { generation5Status } from "./generation-5";
import { generation7Status } from "./generation-7";
import type { AgentInstance, GenerationStatus } from "./generation-status";
import { applicationRemarks } from "./application-containers";
import { engineProblem, readOwnParts, reasonOf, type OwnParts } from "./own-parts";
import { noAnswer, type Answer } from "./questions";
import { removedPages } from "./removed-pages";

/** One instance of one check on one host. */
export interface InstanceReport extends AgentInstance {
  readonly host: string;
}

/** A host's instances, problems and remarks; each line begins with the host's name. */
export interface HostReport {
  readonly host: string;
  /** Whether the host and its Docker engine could be asked; if not, the only problem says why. */
  readonly reached: boolean;
  readonly instances: readonly InstanceReport[];
  /** Parts that don't run or don't answer, configs that the agent refuses. */
  readonly problems: readonly string[];
  /** Containers that have no instance, or a duplicate tag. */
  readonly remarks: readonly string[];
}

/** How the agent of each generation is asked. */
export const generationStatus: Readonly<Record<GenerationNumber, GenerationStatus>> = {
  5: generation5Status,
  7: generation7Status,
};

/** A host's answers, as they were read. */
export interface HostAnswers {
  readonly agentGeneration: GenerationNumber;
  /** The checks that the stack lists. Default: not known. */
  readonly integrations?: readonly string[] | undefined;
  /** By the questions' names. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** The separator in the answers. */
  readonly mark: string;
}

/** The polling interval of an agent without that setting, in seconds. */
const usualPollSeconds = 60;

/**
 * Builds the report on a host from its answers. There is always a report: an answer that can't be read leaves out its own
 * part only, and a line says so.
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
      instances: report.instances.map((instance) => ({ host, ...instance })).sort(byInstance),
      problems: lines([
        ...parts.problems,
        ...silentParts(answer, parts),
        ...report.problems,
        ...lateDrafts(answer("drafts").text),
        ...removedPages(answer("removed-pages").text),
        ...linkProblems(answer("links").text),
        ...heldFolders(answer("held-folders").text),
      ]),
      remarks: lines([
        ...report.remarks,
        ...generatedFiles.flatMap(({ remarks }) => remarks),
        ...applicationRemarks(containers, integrations),
      ]),
    },
    rareSecrets([...agentFiles, ...generatedFiles]),
  );
}

/** A host that can't be asked, or whose engine can't. */
export function reportSilence(host: string, problem: string): Shown<HostReport> {
  return shown({ host, reached: false, instances: [], problems: [`${host}: ${problem}`], remarks: [] });
}

/** The report on an agent that does not run. */
const nothingToAsk: Pick<GenerationStatus, "report"> = {
  report: () => ({ instances: [], problems: [], remarks: [] }),
};

/** Parts of a host that run but gave no answer, with the reason. */
function silentParts(answer: (name: string) => Answer, { running }: OwnParts): string[] {
  const asked = [
    ["agent", "agent-files", `the configs in ${containerNames.agent} can't be read`],
    ["generator", "generated-files", `the generated configs in ${containerNames.generator} can't be read`],
  ] as const;
  return asked.flatMap(([role, name, problem]) => {
    const reply = answer(name);
    return !running[role] || reply.status === 0 || reply.text !== "" ? [] : [`${problem} (${reasonOf(reply)})`];
  });
}

/** Links among the password files. */
function linkProblems(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((path) => `${path} is a link, and links are not allowed among the password files: put the file itself there`);
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

/** Sorts rows, so that their order does not depend on the agent. */
function byInstance(a: AgentInstance, b: AgentInstance): number {
  const keys = ({ check, instance, container, tags }: AgentInstance): string =>
    [check, instance, container, ...tags].join("\0");
  const [first, second] = [keys(a), keys(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
