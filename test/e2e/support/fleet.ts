import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";

import { parse, stringify } from "yaml";

import type { SandboxDeployment } from "../../../tools/sandbox/deployment";
import type { RunResult } from "../../../tools/shared/run";
import type { TestHost } from "../../../sandbox/host";

const root = resolve(__dirname, "..", "..", "..");

/** One host of a fleet: its entry in the stack file, and the machine behind it. */
export interface FleetHost {
  readonly name: string;
  readonly machine: TestHost;
  readonly formerNames?: readonly string[];
  /** Whatever else the entry says. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What the stack file says beside its hosts; a key with `undefined` is taken out of it. */
export type StackKeys = Readonly<Record<string, unknown>>;

/** What a `make up` came to. */
export interface UpResult extends RunResult {
  /** Names of the resources that it created, updated, replaced or deleted, sorted. */
  readonly changed: readonly string[];
}

/** Writes hosts and further settings into the file of a stack that is configured; secrets and the rest stay. */
export function writeFleet(deployment: SandboxDeployment, hosts: readonly FleetHost[], keys: StackKeys = {}): void {
  const file = parse(readFileSync(deployment.stackFile, "utf8")) as { config: Record<string, unknown> };
  const entries = hosts.map(({ name, machine, formerNames, settings }) => ({
    name,
    address: machine.address,
    hostKey: machine.hostKey,
    // Each machine has a key of its own.
    privateKeyFile: relative(root, machine.privateKeyFile),
    ...(formerNames && { formerNames }),
    ...settings,
  }));
  const said = Object.entries({ ...keys, hosts: entries }).map(([key, value]) => [`datadog-hosts:${key}`, value]);
  // What is undefined is left out of the file.
  const config = JSON.parse(JSON.stringify({ ...file.config, ...(Object.fromEntries(said) as object) })) as unknown;
  writeFileSync(deployment.stackFile, stringify({ ...file, config }, { lineWidth: 0 }));
}

/** `make up`, whatever its status, and what it changed. */
export async function makeUp(deployment: SandboxDeployment, onLine?: (line: string) => void): Promise<UpResult> {
  const result = await deployment.make("up", { check: false, ...(onLine && { onLine }) });
  return { ...result, changed: changedResources(result.stdout) };
}

/** The resources that Pulumi's progress lines name, such as ` +  docker:index:Container web-1-agent created (0.3s)`. */
export function changedResources(output: string): string[] {
  const lines = [...output.matchAll(/^ *(?:[-+~]{1,2}) +[\w-]+:\S+:\S+ (\S+) /gm)];
  return [...new Set(lines.map(([, name = ""]) => name))].sort();
}

/** Ids of all containers on a machine, by their names. */
export async function containerIds(machine: TestHost): Promise<Record<string, string>> {
  const { stdout } = await machine.run("docker ps --all --no-trunc --format '{{.Names}} {{.ID}}'");
  const lines = stdout.split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => line.split(" ") as [string, string]));
}

/** What is left on a machine: its containers, and what lies in the user's home beside dot files. */
export async function leftovers(machine: TestHost): Promise<string> {
  const { stdout } = await machine.run(
    "docker ps --all --format '{{.Names}}'; find /home/core -mindepth 1 -not -path '*/.*'",
  );
  return stdout;
}

/** Everything that this program has put on a machine, files with the times of their changes, and all images. */
export async function filesAndImages(machine: TestHost): Promise<string> {
  // The health check tries whether it can write into a folder.
  const list = "find datadog -type f -printf '%p %m %T@ %i\\n' -o -printf '%p %m %i\\n' | sort";
  return (await machine.run(`cd /home/core && ${list} && docker images --no-trunc --quiet`)).stdout;
}

/** Cleans a machine that no stack watches any more, as docs/fleet.md says. */
export async function cleanByHand(machine: TestHost): Promise<void> {
  await machine.ssh("docker rm --force dd-agent datadog-gen && rm -rf ~/datadog");
}

/**
 * For how many milliseconds a container of this name was away on a machine since a moment: from the end of the old one
 * to the start of the new one, by the engine's own clock. Throws unless it was replaced once.
 * @param since the machine's clock, as `date +%s.%N` prints it.
 */
export async function awayFor(machine: TestHost, container: string, since: string): Promise<number> {
  const { stdout } = await machine.run(
    `docker events --since ${since} --until "$(date +%s.%N)" --filter type=container --filter container=${container} --filter event=die --filter event=start --format '{{.TimeNano}} {{.Action}}'`,
  );
  const events = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" ") as [string, string]);
  if (events.map(([, action]) => action).join(" ") !== "die start") {
    throw new Error(`${container} on ${machine.name} was not replaced once: ${stdout}`);
  }
  const [ended, started] = events.map(([nanoseconds]) => Number(BigInt(nanoseconds) / 1_000_000n)) as [number, number];
  return started - ended;
}

/**
 * When a container of this name on a machine was first called healthy since a moment, in milliseconds since 1970, by the
 * engine's own clock. Throws where it was not.
 * @param since the machine's clock, as `date +%s.%N` prints it.
 */
export async function firstHealthy(machine: TestHost, container: string, since: string): Promise<number> {
  const { stdout } = await machine.run(
    `docker events --since ${since} --until "$(date +%s.%N)" --filter type=container --filter container=${container} --filter event=health_status --format '{{.TimeNano}} {{.Action}}'`,
  );
  const nanoseconds = /^(\d+) health_status: healthy$/m.exec(stdout)?.[1];
  if (nanoseconds === undefined) throw new Error(`${container} on ${machine.name} was not healthy: ${stdout}`);
  return Number(BigInt(nanoseconds) / 1_000_000n);
}
