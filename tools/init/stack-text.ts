import { isDeepStrictEqual } from "node:util";

import { stringify } from "yaml";

import type { IntegrationName } from "../../infra/integrations";
import { defaults, stackSchema, toProblems } from "../../infra/settings";
import { UserError } from "../shared/errors";
import type { NewHost } from "./survey";

/** A host of the new stack, with the results of its survey. */
export interface PlannedHost extends NewHost {
  /** The user's home folder on the host; empty if unknown. */
  readonly home: string;
  /** Networks that the agent joins on the host. */
  readonly networks: readonly string[];
}

/** The content of a new stack's file. Undefined values are left to the defaults. */
export interface StackPlan {
  readonly project: string;
  readonly environment: string;
  readonly hosts: readonly PlannedHost[];
  readonly integrations: readonly IntegrationName[] | undefined;
  readonly privateKeyFile: string | undefined;
  readonly site: string | undefined;
  readonly intake: string | undefined;
  readonly agentImage: string | undefined;
  readonly generatorImage: string | undefined;
}

/**
 * The settings of a new stack, without its API key. Values that all hosts share are set once for the stack, others per host.
 */
export function settingsOf(plan: StackPlan): Record<string, unknown> {
  const { hosts } = plan;
  const user = commonValue(hosts.map((host) => host.user));
  const port = commonValue(hosts.map((host) => host.port));
  const root = commonValue(hosts.map(customRoot));
  const networks = commonValue(hosts.map((host) => host.networks));
  return withoutUndefined({
    project: plan.project,
    environment: plan.environment,
    site: unlessDefault(plan.site, defaults.site),
    intake: plan.intake,
    user: unlessDefault(user, defaults.user),
    port: unlessDefault(port, defaults.port),
    privateKeyFile: plan.privateKeyFile,
    root,
    // Written even if empty, since the project's shared file may list networks.
    networks,
    integrations: plan.integrations,
    agent: plan.agentImage === undefined ? undefined : { image: plan.agentImage },
    generator: plan.generatorImage === undefined ? undefined : { image: plan.generatorImage },
    hosts: hosts.map((host) =>
      withoutUndefined({
        name: host.name,
        address: host.address,
        hostKey: host.hostKey,
        user: user === undefined ? host.user : undefined,
        port: port === undefined ? host.port : undefined,
        root: root === undefined ? customRoot(host) : undefined,
        networks: networks === undefined ? host.networks : undefined,
      }),
    ),
  });
}

/**
 * The text of a new stack's file.
 * @throws UserError with all problems for which the program would refuse the settings.
 */
export function stackText(plan: StackPlan): string {
  const settings = settingsOf(plan);
  const parsed = stackSchema.safeParse({ ...settings, apiKey: "0".repeat(32) }, { reportInput: true });
  if (!parsed.success) {
    throw new UserError(
      [
        "These settings can't be used; nothing was written.",
        ...toProblems(parsed.error, stackSchema).map(({ path, problem }) => `  ${path}: ${problem}`),
      ].join("\n"),
    );
  }
  const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`datadog-hosts:${key}`, value]));
  return `# yaml-language-server: $schema=../docs/stack-file.schema.json\n${stringify({ config }, { lineWidth: 0 })}`;
}

/** Stands for a host's key, which is not known yet; each host has another one. */
function anyHostKey(index: number): string {
  const key = Buffer.alloc(32);
  key.writeUInt32BE(index);
  const blob = Buffer.concat([Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20"), key]);
  return `ssh-ed25519 ${blob.toString("base64")}`;
}

/**
 * Checks a plan before its hosts are asked for anything.
 * @throws UserError with all problems for which the program would refuse the settings.
 */
export function checkPlan(
  plan: Omit<StackPlan, "hosts"> & { readonly hosts: readonly Omit<PlannedHost, "hostKey" | "home">[] },
): void {
  stackText({ ...plan, hosts: plan.hosts.map((host, index) => ({ ...host, hostKey: anyHostKey(index), home: "" })) });
}

/** The root folder for this program's files, if the default is not in the user's home folder; otherwise undefined. */
function customRoot({ user, home }: PlannedHost): string | undefined {
  const defaultHome = user === "root" ? "/root" : `/home/${user}`;
  return home === "" || home === defaultHome ? undefined : `${home}/datadog`;
}

/** The value that all items share; undefined if they differ. */
function commonValue<Value>(values: readonly Value[]): Value | undefined {
  const [first] = values;
  return values.every((value) => isDeepStrictEqual(value, first)) ? first : undefined;
}

function unlessDefault<Value>(value: Value | undefined, defaultValue: Value): Value | undefined {
  return value === defaultValue ? undefined : value;
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
