import type { GenerationNumber } from "../../infra/integrations";
import { containerNames, ownNames } from "../../infra/names";
import { shown, type Shown } from "../shared/shown";
import { harmlessLine } from "../shared/terminal-text";
import { rareSecrets, readConfigFiles } from "./config-files";
import { hostTime, readContainers, type Container } from "../containers/containers";
import { serviceOfCheck } from "../containers/services";
import { lateDrafts } from "./drafts";
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
import { asOnHost, closedNetworks, closedToServices, fixOfTask, serviceLabelRemarks } from "./swarm";
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
export function reportHost(
  host: string,
  { agentGeneration, integrations, root, images, fileParts, isNode = false, answers, mark }: HostAnswers,
): Shown<HostReport> {
  const answer = (name: string): Answer => answers.get(name) ?? noAnswer;
  const silent = engineProblem(answer("containers"));
  if (silent !== undefined) return reportSilence(host, silent);
  const listed = readContainers(answer("containers").text);
  const { containers, tasks } = isNode ? asOnHost(listed) : { containers: listed, tasks: undefined };
  const applications = containers.filter((container) => !isOwn(container));
  const byId = new Map(containers.map((container) => [container.id, container]));
  const agentFiles = readConfigFiles(answer("agent-files").text, mark);
  const generatedFiles = readConfigFiles(answer("generated-files").text, mark);
  const parts = readOwnParts(containers, tasks);
  const status = parts.running.agent ? generationStatus[agentGeneration] : nothingToAsk;
  const report = status.report(answer, {
    agentName: parts.names.agent,
    starting: parts.starting.agent,
    agentFiles,
    generatedFiles,
    containerName: (id) => byId.get(id)?.name,
    discoveryLabels: (id) => discoveryLabels(byId.get(id)),
    now: hostTime(answer("containers").text),
    pollSeconds: pollSeconds(containers),
  });
  const instances = report.instances.map((instance) => ({
    ...instance,
    container: containerOf(instance, applications),
  }));
  const swarmNetworks = answer("swarm-networks").text;
  const closed = isNode ? closedToServices(swarmNetworks, applications) : closedNetworks(swarmNetworks);
  const { rows, unknown } = containerRows({
    containers: applications,
    instances,
    generatedFiles,
    unread: report.unread,
    integrations,
    networks: networksOfAgent(containers, closed, isNode),
    running: parts.running,
    names: parts.names,
    root,
    passwordFiles: fileParts?.passwordFiles,
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
        ...applicationRemarks(applications, integrations),
        ...serviceLabelRemarks(answer("services").text),
      ]),
      drift: images === undefined ? [] : versionDifferences(containers, images),
    },
    rareSecrets([...agentFiles, ...generatedFiles]),
  );
  // Lines to be copied hold names only, and masking could break one: `nginx/token-web:/etc/…` looks like a secret.
  const fixes = rows.map((row) =>
    row.fixes
      .map((fix) => fixOfEntry(fixOfTask(row.container, fix), fileParts))
      .map(({ place, line }) => ({ place, line: harmlessLine(line) })),
  );
  return {
    ...safe,
    containers: safe.containers.map((row, index) => ({ ...row, fixes: fixes[index] ?? [] })),
  };
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
