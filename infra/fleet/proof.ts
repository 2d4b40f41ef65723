import { connect } from "node:net";

import * as pulumi from "@pulumi/pulumi";

import { removeOthersScript, restorePredecessorScript } from "../container";
import { runOnHost } from "../host";
import { ownNames, type OwnRole } from "../names";
import { inOneScript } from "../shell";
import type { HostSettings } from "../settings";
import { hostOutput, type HostOutput } from "./outputs";

/** The variable that holds the path of the socket where `make up` answers a {@link ProofRequest}. Unset without `make up`. */
export const proofSocketVariable = "DATADOG_HOSTS_PROOF_SOCKET";

/** A request to `make up`, as one line of JSON. Each request has its own connection. */
export interface ProofRequest {
  /**
   * `begin`: ask whether anything on the host may be changed. `note`: record what the host collects, before a container is
   * replaced. `prove`: check that it still collects it. `resume`: the same for a change that an earlier run has made and not
   * proven, if there is one. `back`: notice that the host runs its old containers again.
   */
  readonly phase: "begin" | "note" | "prove" | "resume" | "back";
  readonly host: HostOutput;
  /** Former names of the host, which the state before this `up` may use. */
  readonly formerNames: readonly string[];
  /** Time limit for the proof, in seconds. */
  readonly seconds: number;
}

/** The answer, as one line of JSON. */
export interface ProofAnswer {
  /** Why the change must not begin, or what it has lost; undefined if there is no problem. */
  readonly problem?: string;
  /**
   * In the answers to `note` and `resume`: the full ids of the containers that the host can go back to, the best first: those
   * of before an unproven change, then those of now.
   */
  readonly containers?: Readonly<Partial<Record<OwnRole, readonly string[]>>>;
}

/** Whether `make up` runs the program and answers requests. */
export function canProve(): boolean {
  return process.env[proofSocketVariable] !== undefined;
}

/** The old containers by role, as in {@link ProofAnswer}. */
type OldContainers = NonNullable<ProofAnswer["containers"]>;

/**
 * Guards a change of a host by a proof. Nothing on the host is changed once another host has failed its proof: no file either.
 * Before a container is replaced, it records what the host collects. At the end, the host must prove that it still collects
 * that, and its last resource must succeed. If not, the host goes back to its old containers, which still have their files, and
 * its last resource fails. The transformation belongs to the host's component and applies to all its resources.
 */
export function proveChange(host: HostSettings, seconds: number): pulumi.ResourceTransformation {
  let recording: Promise<ProofAnswer> | undefined;
  let proven: OldContainers | undefined;
  let component: pulumi.Resource | undefined;
  const ask = (phase: ProofRequest["phase"]): Promise<ProofAnswer> =>
    askMakeUp({ phase, host: hostOutput(host), formerNames: host.formerNames, seconds });
  const refuse = ({ problem }: ProofAnswer): void => {
    if (problem !== undefined) throw new Error(`${prefixOf(host)}: ${problem}`);
  };
  const begin = new pulumi.ResourceHook(`${host.name}-begin`, async () => refuse(await ask("begin")));
  const note = new pulumi.ResourceHook(`${host.name}-note`, async () => refuse(await (recording ??= ask("note"))));
  const prove = new pulumi.ResourceHook(`${host.name}-prove`, async () => {
    const noted = await recording;
    // Without one, no container was replaced now.
    const answer = await ask(noted === undefined ? "resume" : "prove").catch((error: unknown): ProofAnswer => ({
      problem: String(error),
    }));
    const { containers = {} } = noted ?? answer;
    if (answer.problem !== undefined)
      throw new Error((await revertHost(host, containers, answer.problem, ask)).message);
    proven = containers;
  });
  // A container may end, or become unhealthy, after the proof.
  const goBack = new pulumi.ErrorHook(`${host.name}-go-back`, async ({ errors: [error = ""] }) => {
    if (proven === undefined || Object.keys(proven).length === 0) return false;
    const { wentBack, message } = await revertHost(host, proven, reasonIn(error, host), ask);
    // Once the old containers are removed, what has failed says all.
    if (wentBack) await pulumi.log.error(message, component);
    return false;
  });
  return ({ type, name, props, opts, resource }) => {
    if (name === host.name) component = resource;
    if (!/^(command|docker):/.test(type)) return undefined;
    const isContainer = type === "docker:index/container:Container";
    const isLast = name === `${host.name}-cleanup`;
    const { beforeCreate = [], beforeUpdate = [], onError = [], ...others } = opts.hooks ?? {};
    const hooks = {
      ...others,
      beforeCreate: [isContainer ? note : isLast ? prove : begin, ...beforeCreate],
      beforeUpdate: [isLast ? prove : begin, ...beforeUpdate],
      onError: isLast ? [...onError, goBack] : onError,
    };
    return { props, opts: { ...opts, hooks } };
  };
}

/** What the host's own script has said in a provider's error, without the host's name; the whole error if it said nothing. */
function reasonIn(error: string, { name }: HostSettings): string {
  const start = error.indexOf(`Host ${name} (`);
  return (start === -1 ? error : error.slice(start).replace(/^Host \S+ \(\S+\): /, "")).trim();
}

/** Restores the old containers. Returns whether it could, and the message for the user. */
async function revertHost(
  host: HostSettings,
  containers: OldContainers,
  problem: string,
  ask: (phase: "back") => Promise<unknown>,
): Promise<{ readonly wentBack: boolean; readonly message: string }> {
  const old = Object.entries(containers) as [OwnRole, readonly string[]][];
  if (old.length === 0) return { wentBack: false, message: `${prefixOf(host)}: ${problem}` };
  const names = old.map(([role]) => ownNames[role]).join(" and ");
  try {
    const restore = old.map(([role, ids]) => restorePredecessorScript(role, host, ...ids));
    // The state that is restored has no filter, so nothing else would remove the new one.
    const isNew = host.socketFilter !== undefined && containers.filter === undefined;
    await runOnHost(host, inOneScript(...restore, ...(isNew ? [removeOthersScript(host, "filter", "")] : [])));
  } catch (error) {
    const message = `${prefixOf(host)}: ${problem}\nThe old ${names} could not be brought back: ${String(error)}`;
    return { wentBack: false, message };
  }
  // `make up` may have ended meanwhile.
  await ask("back").catch(() => undefined);
  const message = `${prefixOf(host)}: went back to its old ${names}, and the change was not made: ${problem}`;
  return { wentBack: true, message };
}

function prefixOf({ name, address }: HostSettings): string {
  return `Host ${name} (${address})`;
}

/** @throws Error if `make up` has ended. */
function askMakeUp(request: ProofRequest): Promise<ProofAnswer> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(process.env[proofSocketVariable] ?? "");
    socket.once("error", () => reject(new Error(makeUpEnded)));
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.once("end", () => {
      if (answer === "") reject(new Error(makeUpEnded));
      else resolve(JSON.parse(answer) as ProofAnswer);
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

const makeUpEnded = "make up has ended before the host could prove that it still collects";
