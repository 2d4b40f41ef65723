import { randomUUID } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import { hostValues, sshOptions } from "../../infra/host";
import { scriptText, type HostScript } from "../../infra/shell";
import { adviceFor } from "../deploy/advice";
import { containersQuestion } from "../containers/containers";
import { UserError } from "../shared/errors";
import { ProcessError, run } from "../shared/run";
import { questionScript, quote, readAnswers, type Answer, type Question } from "../shared/questions";
import { nodesQuestion } from "./swarm-nodes";

/** A host of the new stack. */
export interface NewHost {
  readonly name: string;
  readonly user: string;
  readonly address: string;
  readonly port: number;
  /** `ssh-ed25519 AAAA…`. The connection fails if the host shows another key. */
  readonly hostKey: string;
  /** Path of the private key. Undefined if the ssh agent is used. */
  readonly privateKeyFile: string | undefined;
}

const networkFormat = "[{{json .Name}},{{json .Scope}},{{json .Attachable}},{{json .ConfigOnly}},{{json .Ingress}}]";

/**
 * The questions of the survey. They change nothing on the host: a missing image is looked up at its registry, not pulled.
 * @param images that the stack needs.
 */
export function surveyQuestions(
  host: Pick<NewHost, "name" | "address" | "user">,
  images: readonly string[],
): Question[] {
  return [
    { name: "home", command: 'printf "%s\\n" "$HOME"; [ -d "$HOME" ] && [ -w "$HOME" ]' },
    { name: "engine", command: scriptText(engineChecks(host)) },
    containersQuestion,
    nodesQuestion,
    {
      name: "networks",
      command: `docker network inspect --format ${quote(networkFormat)} $(docker network ls --quiet --no-trunc)`,
    },
    ...images.map((image, index) => ({
      name: `image-${index}`,
      command: `docker image inspect --format '{{.Id}}' ${quote(image)} 2>/dev/null || docker manifest inspect ${quote(image)} >/dev/null`,
    })),
  ];
}

/** The checks of `up` on the host's engine. */
export function engineChecks(host: Pick<NewHost, "name" | "address" | "user">): HostScript {
  return {
    files: ["fail", "ask", "preflight"],
    values: hostValues(host),
    calls: [
      ["engine_answers", host.user],
      ["engine_is_fit", host.user],
    ],
  };
}

/**
 * Surveys a host over one ssh connection and verifies its key.
 * @throws UserError if it can't be reached, with the reason and what to do.
 */
export async function surveyHost(host: NewHost, images: readonly string[]): Promise<ReadonlyMap<string, Answer>> {
  const { privateKeyFile } = host;
  const target = {
    ...host,
    // ssh reads the file by itself.
    privateKey: privateKeyFile === undefined ? undefined : { file: privateKeyFile, text: pulumi.secret("") },
    jump: undefined,
  };
  const mark = randomUUID();
  const args = [...sshOptions(target), "-p", String(host.port), `${host.user}@${host.address}`, "sh -s"];
  try {
    const { stdout } = await run("ssh", args, {
      input: questionScript(surveyQuestions(host, images), mark),
      timeoutMs: 120_000,
      title: `Host ${host.name}`,
    });
    return readAnswers(stdout, mark);
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    const output = (error.result?.stderr ?? error.message).trim();
    const advice = adviceFor(output);
    const last = output.split("\n").pop() ?? "";
    throw new UserError(
      `Host ${host.name} (${host.user}@${host.address}) can't be asked: ` +
        (advice === undefined ? `${last}.` : `${advice.meaning} (${last}). ${advice.remedy}`),
    );
  }
}
