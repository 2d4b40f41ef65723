import { connect } from "node:net";

import * as pulumi from "@pulumi/pulumi";

import { comeBackScript } from "../container";
import { runOnHost } from "../host";
import { containerNames, type Role } from "../names";
import { inOneScript } from "../shell";
import type { HostSettings } from "../settings";
import { hostOutput, type HostOutput } from "./outputs";

/** The variable with the path of the socket at which `make up` answers a {@link ProofRequest}. Unset: nobody does. */
export const proofSocketVariable = "DATADOG_HOSTS_PROOF_SOCKET";

/** What the program asks of `make up`, as one line of JSON; one connection for each. */
export interface ProofRequest {
  /**
   * `note`: what does the host collect, before anything is replaced there? `prove`: does it still? `back`: nothing is asked;
   * it has its old containers again.
   */
  readonly phase: "note" | "prove" | "back";
  readonly host: HostOutput;
  /** Names under which the state of before this `up` may know the host. */
  readonly formerNames: readonly string[];
  /** How long the host may take to prove itself. */
  readonly seconds: number;
}

/** The answer, as one line of JSON. */
export interface ProofAnswer {
  /** Why the change must not begin, or was lost; undefined where all is well. */
  readonly problem?: string;
  /** To `note`: the full ids of the host's containers that there are. */
  readonly containers?: Readonly<Partial<Record<Role, string>>>;
}

/** Whether somebody answers. */
export function canProve(): boolean {
  return process.env[proofSocketVariable] !== undefined;
}

/**
 * Lets a change of a host begin only once it is noted what the host collects, and end only once it has proven that it still
 * does. Else the host goes back to its old containers, which still have their files, and its last resource fails. It is
 * for the component of the host and goes to all resources in it.
 */
export function proveChange(host: HostSettings, seconds: number): pulumi.ResourceTransformation {
  let noted: Promise<ProofAnswer> | undefined;
  const ask = (phase: ProofRequest["phase"]): Promise<ProofAnswer> =>
    askMakeUp({ phase, host: hostOutput(host), formerNames: host.formerNames, seconds });
  const note = new pulumi.ResourceHook(`${host.name}-note`, async () => {
    const { problem } = await (noted ??= ask("note"));
    if (problem !== undefined) throw new Error(`${prefixOf(host)}: ${problem}`);
  });
  const prove = new pulumi.ResourceHook(`${host.name}-prove`, async () => {
    // No container was replaced.
    if (noted === undefined) return;
    const { containers = {} } = await noted;
    const problem = await ask("prove").then(
      (answer) => answer.problem,
      (error: unknown) => String(error),
    );
    if (problem === undefined) return;
    throw new Error(await goBack(host, containers, problem, ask));
  });
  return ({ type, name, props, opts }) => {
    const hook =
      type === "docker:index/container:Container" ? note : name === `${host.name}-cleanup` ? prove : undefined;
    if (hook === undefined) return undefined;
    const hooks = opts.hooks ?? {};
    const { beforeCreate = [], beforeUpdate = [] } = hooks;
    const first = {
      beforeCreate: [hook, ...beforeCreate],
      ...(hook === prove && { beforeUpdate: [hook, ...beforeUpdate] }),
    };
    return { props, opts: { ...opts, hooks: { ...hooks, ...first } } };
  };
}

/** Lets the old containers come back, and returns what there is to tell. */
async function goBack(
  host: HostSettings,
  containers: NonNullable<ProofAnswer["containers"]>,
  problem: string,
  ask: (phase: "back") => Promise<unknown>,
): Promise<string> {
  const old = Object.entries(containers) as [Role, string][];
  if (old.length === 0) return `${prefixOf(host)}: ${problem}`;
  const names = old.map(([role]) => containerNames[role]).join(" and ");
  try {
    await runOnHost(host, inOneScript(...old.map(([role, id]) => comeBackScript(role, host, id))));
  } catch (error) {
    return `${prefixOf(host)}: ${problem}\nThe old ${names} could not be brought back: ${String(error)}`;
  }
  // Whoever asked may have ended.
  await ask("back").catch(() => undefined);
  return `${prefixOf(host)}: went back to its old ${names}, and the change was not made: ${problem}`;
}

function prefixOf({ name, address }: HostSettings): string {
  return `Host ${name} (${address})`;
}

/** @throws Error where nobody answers any more. */
function askMakeUp(request: ProofRequest): Promise<ProofAnswer> {
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(process.env[proofSocketVariable] ?? "");
    socket.once("error", () => reject(new Error(ended)));
    socket.setEncoding("utf8").on("data", (text: string) => (said += text));
    socket.once("end", () => {
      if (said === "") reject(new Error(ended));
      else resolve(JSON.parse(said) as ProofAnswer);
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

const ended = "make up has ended before the host could prove that it still collects";
