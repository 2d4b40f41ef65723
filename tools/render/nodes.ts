import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";

import { engineSocket } from "../../infra/names";
import { generatorPaths } from "../../infra/rendering";
import type { SwarmSettings } from "../../infra/settings";
import { scriptText } from "../../infra/shell";
import { integrationsOfNodes, swarmOutput } from "../../infra/swarm";
import type { ContainerFate } from "../deploy/preview-summary";
import { UserError } from "../shared/errors";
import { noAnswer, readAnswers, type Answer, type Question } from "../shared/questions";
import { ProcessError } from "../shared/run";
import type { Shown } from "../shared/shown";
import { reasonOf } from "../status/own-parts";
import { wholeSwarm } from "../swarm/look";
import type { askNodes, NodeAnswer } from "../swarm/nodes";
import { ownTasks } from "../swarm/own-tasks";
import { questionNodes } from "../swarm/question-nodes";
import { whyNoManager } from "../swarm/silence";
import { readArchive } from "./current";
import type { ConfigFiles } from "./draft";
import { readDraft, replacedDefinitions, templatesOf } from "./render-draft";
import type { HostRendering } from "./schema";
import { notRendered, renderingOf } from "./stack";

/** Options of {@link renderNodes}. */
export interface RenderNodesOptions {
  /** The stack's name. */
  readonly stack: string;
  /** Name of the only node. Default: all. */
  readonly node?: string | undefined;
  /** What happens to containers according to a preview of the same settings. Default: unknown. */
  readonly fates?: ReadonlyMap<string, readonly ContainerFate[]>;
  /** How nodes are asked. Default: by a job of the Swarm. */
  readonly ask?: typeof askNodes;
}

/**
 * Compares the current configs of a Swarm's nodes with those after an `up`. docker-gen renders on each node, in the container
 * of the job that asks; nothing else is changed there. A node that can't be asked does not affect the others.
 * @returns a rendering for each node, in the order of their names; one for the Swarm if no manager answers.
 * @throws UsageError if the Swarm has no node of the wanted name.
 */
export async function renderNodes(
  swarm: SwarmSettings,
  { stack, node, fates, ask }: RenderNodesOptions,
): Promise<Shown<HostRendering>[]> {
  const output = swarmOutput(swarm);
  if (output === undefined) return [];
  const questions = [currentQuestion, draftQuestion(swarm)];
  const containers = fates?.get(wholeSwarm) ?? [];
  try {
    const { answers, mark } = await questionNodes(output, { stack, questions, node, ask });
    const remarks = swarm.passwordSecrets.map(({ name }) => `whether the password ${name} changes is not known`);
    return await Promise.all(answers.map((answer) => renderNode(answer, { mark, containers, remarks })));
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    return [notRendered({ host: wholeSwarm, containers }, whyNoManager(error))];
  }
}

async function renderNode(
  { name, output, problem }: NodeAnswer,
  {
    mark,
    containers,
    remarks,
  }: { readonly mark: string; readonly containers: readonly ContainerFate[]; readonly remarks: readonly string[] },
): Promise<Shown<HostRendering>> {
  const about = { host: name, containers };
  if (output === undefined) return notRendered(about, problem);
  const answers = readAnswers(output, mark);
  try {
    const before = await readCurrent(answers.get(currentQuestion.name) ?? noAnswer);
    const draft = readDraft(answers.get(draftName) ?? noAnswer);
    // In generation 7, each file names its container.
    return renderingOf(about, { before, draft, names: new Map(), remarks });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return notRendered(about, `can't be rendered: ${error.message}`);
  }
}

/** Asks for a node's current configs, which belong to root: an archive, in base64. */
const currentQuestion: Question = {
  name: "current",
  command: `[ -n ${ownTasks.generator} ] || exit 3; docker exec ${ownTasks.generator} tar -c -f - -C ${generatorPaths.generated}/datadog . | base64`,
};

async function readCurrent(answer: Answer): Promise<ConfigFiles> {
  if (answer.text.trim() === "") {
    const reason = answer.status === 3 ? "the generator does not run there" : reasonOf(answer);
    throw new UserError(
      `its configs can't be read (${reason}). make status and docker service ps datadog-gen on a manager say more.`,
    );
  }
  return readArchive(Readable.from(Buffer.from(answer.text, "base64")));
}

const draftName = "draft";

/**
 * Asks for what docker-gen renders for a node's containers. It runs in the container of the job, whose host name is its id,
 * and reaches the node's engine through the node's files. The templates are compressed: a word of the shell can't be long.
 */
function draftQuestion(swarm: SwarmSettings): Question {
  const templates = [
    ...templatesOf(swarm.node, integrationsOfNodes(swarm)),
    // The job does not get the passwords.
    [
      "replaced.tmpl",
      replacedDefinitions(new Map(swarm.passwordSecrets.map(({ name }) => [name, undefined]))),
    ] as const,
  ];
  const script = scriptText({
    files: ["files", "node-render"],
    calls: [["render_draft", templates.map(([name]) => name).join(";"), ...templates.flat()]],
  });
  const packed = gzipSync(script).toString("base64");
  const engine = `unix:///node$(readlink -f ${engineSocket.hostFolder}/docker.sock)`;
  return {
    name: draftName,
    command: `printf %s ${packed} | base64 -d | gzip -d | docker exec --interactive --env DOCKER_HOST="${engine}" "$HOSTNAME" sh -s`,
  };
}
