import { randomUUID } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import { sshOptions } from "../../infra/host";
import { adviseOn } from "../deploy/advice";
import { containersQuestion } from "../containers/containers";
import { UserError } from "../shared/errors";
import { ProcessError, run } from "../shared/run";
import { questionScript, quote, readAnswers, type Answer, type Question } from "../shared/questions";

/** A host that is about to be in a stack. */
export interface NewHost {
  readonly name: string;
  readonly user: string;
  readonly address: string;
  readonly port: number;
  /** `ssh-ed25519 AAAA…`; the connection is refused where the host shows another one. */
  readonly hostKey: string;
  /** The file of the private key. Undefined where the ssh agent is used. */
  readonly privateKeyFile: string | undefined;
}

const networkFormat = "[{{json .Name}},{{json .Scope}},{{json .Attachable}},{{json .ConfigOnly}},{{json .Ingress}}]";

/**
 * What a host is asked. Nothing is changed there: an image that is missing is looked up at its registry, not pulled.
 * @param images that the stack will need.
 */
export function surveyQuestions(images: readonly string[]): Question[] {
  return [
    { name: "home", command: 'printf "%s\\n" "$HOME"; [ -d "$HOME" ] && [ -w "$HOME" ]' },
    {
      name: "engine",
      command:
        "command -v docker >/dev/null || { echo 'docker: not found' >&2; exit 1; }; docker version --format '{{.Server.Version}}'",
    },
    containersQuestion,
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

/**
 * Asks a host over one ssh connection, its key verified.
 * @throws UserError where it can't be reached, with the reason and what to do.
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
      input: questionScript(surveyQuestions(images), mark),
      timeoutMs: 120_000,
      title: `Host ${host.name}`,
    });
    return readAnswers(stdout, mark);
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    const said = (error.result?.stderr ?? error.message).trim();
    const known = adviseOn(said);
    const last = said.split("\n").pop() ?? "";
    throw new UserError(
      `Host ${host.name} (${host.user}@${host.address}) can't be asked: ` +
        (known === undefined ? `${last}.` : `${known.meaning} (${last}). ${known.remedy}`),
    );
  }
}
