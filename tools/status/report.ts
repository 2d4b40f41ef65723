import type { GenerationNumber } from "../../infra/integrations";
import { containerNames, ownNames } from "../../infra/names";
import { shown, type Shown } from "../shared/shown";
import { harmlessLine } from "../shared/terminal-text";
import { rareSecrets, readConfigFiles, type ConfigFile } from "./config-files";
import { hostTime, readContainers, type Container } from "../containers/containers";
import { serviceOfCheck } from "../containers/services";
import { lateDrafts } from "./drafts";
import { engineStartRemarks } from "./engine-start";
import { generation5Status } from "./generation-5";
import { generation7Status } from "./generation-7";
import type { AgentInstance, GenerationStatus } from "./generation-status";
import { applicationRemarks } from "./application-containers";
import { hostIn } from "./instance-settings";
import { engineProblem, readOwnParts, reasonOf, type OwnParts } from "./own-parts";
import { noAnswer, type Answer } from "../shared/questions";
import { networksOfAgent } from "./networks";
import { removedPages } from "./removed-pages";
import { containerRows } from "./rows";
import type { ContainerRow, HostReport } from "./schema";
import { fixOfEntry, type StackFileParts } from "./stack-file-parts";
import { asOnHost, closedNetworks, closedToServices, fixOfTask, secondAgents, serviceLabelRemarks } from "./swarm";
import { versionDifferences, type WantedImages } from "./versions";

export type { HostReport, InstanceReport } from "./schema";

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
  /** The host's root folder. Default: not known. */
  readonly root?: string | undefined;
  /** The images that the stack's settings name. Default: not known. */
  readonly images?: WantedImages | undefined;
  /** What the stack's file has for the host. Default: not known. */
  readonly fileParts?: StackFileParts | undefined;
  /** Whether it is a node of the stack's Swarm, where this program's containers are tasks. Default: no. */
  readonly isNode?: boolean;
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
export function reportHost(host: string, given: HostAnswers): Shown<HostReport> {
  const answer = (name: string): Answer => given.answers.get(name) ?? noAnswer;
  const silent = engineProblem(answer("containers"));
  if (silent !== undefined) return reportSilence(host, silent);
  const found = readAnswers(answer, given);
  const { containers, applications, parts, generatedFiles } = found;
  const report = reportOfAgent(answer, given.agentGeneration, found);
  const instances = report.instances.map((instance) => ({
    ...instance,
    container: containerOf(instance, applications),
  }));
  const { rows, unknown } = containerRows({
    containers: applications,
    instances,
    generatedFiles,
    unread: report.unread,
    generation: given.agentGeneration,
    integrations: given.integrations,
    networks: networksOfAgent(containers, found.closed, found.isNode),
    running: parts.running,
    names: parts.names,
    root: given.root,
    passwordFiles: given.fileParts?.passwordFiles,
  });
  const lines = (texts: readonly string[]): string[] => [...new Set(texts)].map((text) => `${host}: ${text}`);
  const safe = shown(
    {
      host,
      reached: true,
      instances: instances.map((instance) => ({ host, ...instance })).sort(byInstance),
      containers: rows,
      unknown,
      problems: lines([
        ...parts.problems,
        ...found.secondAgents,
        ...silentParts(answer, parts),
        ...report.problems,
        ...lateDrafts(answer("drafts").text, parts.names.generator),
        ...removedPages(answer("removed-pages").text),
        ...linkProblems(answer("links").text),
        ...rows.flatMap(behindProblem),
      ]),
      remarks: lines([
        ...report.remarks,
        ...generatedFiles.flatMap(({ remarks }) => remarks),
        ...applicationRemarks(applications, given.agentGeneration, given.integrations),
        ...serviceLabelRemarks(answer("services").text),
        ...engineStartRemarks(answer("engine-start").text),
      ]),
      drift: given.images === undefined ? [] : versionDifferences(containers, given.images),
    },
    rareSecrets([...found.agentFiles, ...generatedFiles]),
  );
  const fixes = fixesOf(rows, given.fileParts);
  return {
    ...safe,
    containers: safe.containers.map((row, index) => ({ ...row, fixes: fixes[index] ?? [] })),
  };
}

/** What the answers tell before the agent's own are read. */
interface Found {
  readonly containers: readonly Container[];
  /** Those that are not this program's. */
  readonly applications: readonly Container[];
  readonly parts: OwnParts;
  readonly agentFiles: readonly ConfigFile[];
  readonly generatedFiles: readonly ConfigFile[];
  readonly isNode: boolean;
  /** What is wrong with agents beside the stack's own. */
  readonly secondAgents: readonly string[];
  /** Networks that the agent can't join. */
  readonly closed: ReturnType<typeof closedNetworks>;
}

function readAnswers(answer: (name: string) => Answer, { isNode = false, mark }: HostAnswers): Found {
  const listed = readContainers(answer("containers").text);
  const { containers, tasks } = isNode ? asOnHost(listed) : { containers: listed, tasks: undefined };
  const applications = containers.filter((container) => !isOwn(container));
  const swarmNetworks = answer("swarm-networks").text;
  return {
    containers,
    applications,
    parts: readOwnParts(containers, tasks),
    agentFiles: readConfigFiles(answer("agent-files").text, mark),
    generatedFiles: readConfigFiles(answer("generated-files").text, mark),
    isNode,
    secondAgents: secondAgents(listed, isNode),
    closed: isNode ? closedToServices(swarmNetworks, applications) : closedNetworks(swarmNetworks),
  };
}

/** What the agent tells of itself; nothing where it does not run. */
function reportOfAgent(
  answer: (name: string) => Answer,
  generation: GenerationNumber,
  { containers, parts, agentFiles, generatedFiles }: Found,
): ReturnType<GenerationStatus["report"]> {
  const byId = new Map(containers.map((container) => [container.id, container]));
  const status = parts.running.agent ? generationStatus[generation] : nothingToAsk;
  return status.report(answer, {
    agentName: parts.names.agent,
    starting: parts.starting.agent,
    agentFiles,
    generatedFiles,
    containerName: (id) => byId.get(id)?.name,
    discoveryLabels: (id) => discoveryLabels(byId.get(id)),
    now: hostTime(answer("containers").text),
    pollSeconds: pollSeconds(containers),
  });
}

/**
 * The lines to copy for each row. They hold names only, and masking could break one: `nginx/token-web:/etc/…` looks like a
 * secret.
 */
function fixesOf(rows: readonly ContainerRow[], fileParts: StackFileParts | undefined): ContainerRow["fixes"][] {
  return rows.map((row) =>
    row.fixes
      .map((fix) => fixOfEntry(fixOfTask(row.container, fix), fileParts))
      .map(({ place, line }) => ({ place, line: harmlessLine(line) })),
  );
}

/** The parts of a report on a host of which nothing is known. */
export const nothingFound = {
  instances: [],
  containers: [],
  unknown: 0,
  problems: [],
  remarks: [],
  drift: [],
} as const;

/** A host that can't be asked, or whose engine can't. */
export function reportSilence(host: string, problem: string): Shown<HostReport> {
  return shown({ host, reached: false, ...nothingFound, problems: [`${host}: ${problem}`] });
}

const programNames: readonly string[] = Object.values(ownNames);

/** Whether a container is this program's, or one that it set aside. The label alone does not hide a container. */
function isOwn({ name, labels }: Container): boolean {
  if (programNames.includes(name)) return true;
  return labels.has("datadog-hosts.role") && programNames.some((own) => name.startsWith(`${own}.`));
}

/** The container that an instance monitors. Generation 5 doesn't name it, but its address does. */
function containerOf({ check, container, instance }: AgentInstance, containers: readonly Container[]): string {
  if (container !== "" || serviceOfCheck(check) === undefined) return container;
  const found = containers.filter(({ addresses }) => addresses.includes(hostIn(instance)));
  return found.length === 1 ? (found[0]?.name ?? "") : "";
}

/** A generator that runs and does not follow. */
function behindProblem({ container, reason, why }: ContainerRow): string[] {
  return reason === "generator-behind" ? [`${container} is not monitored: ${why}`] : [];
}

/** The report on an agent that does not run. */
const nothingToAsk: Pick<GenerationStatus, "report"> = {
  report: () => ({ instances: [], problems: [], remarks: [], unread: [] }),
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

function discoveryLabels(container: Container | undefined): string[] {
  return [...(container?.labels ?? [])]
    .filter(([label]) => label.startsWith("com.datadoghq.ad."))
    .map(([, value]) => value);
}

function pollSeconds(containers: readonly Container[]): number {
  const agent = containers.find(({ name }) => name === containerNames.agent);
  const seconds = Number(agent?.pollInterval ?? NaN);
  return seconds > 0 && seconds <= 3600 ? seconds : usualPollSeconds;
}

/** Sorts rows, so that their order does not depend on the agent. */
function byInstance(a: AgentInstance, b: AgentInstance): number {
  const keys = ({ check, instance, container, tags }: AgentInstance): string =>
    [check, instance, container, ...tags].join("\0");
  const [first, second] = [keys(a), keys(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
