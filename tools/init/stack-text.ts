import { isDeepStrictEqual } from "node:util";

import { stringify } from "yaml";

import type { IntegrationName } from "../../infra/integrations";
import { defaults, stackSchema, toProblems } from "../../infra/settings";
import { UserError } from "../shared/errors";
import type { NewHost } from "./survey";

/** A host with what was found on it. */
export interface PlannedHost extends NewHost {
  /** The user's home folder there; empty where it is not known. */
  readonly home: string;
  /** Networks that the agent joins there. */
  readonly networks: readonly string[];
}

/** All that a new stack's file says. What is undefined is left to the defaults. */
export interface Plan {
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

/** The settings of a new stack, without its API key: what all hosts have in common once, the rest with each host. */
export function settingsOf(plan: Plan): Record<string, unknown> {
  const { hosts } = plan;
  const user = common(hosts.map((host) => host.user));
  const port = common(hosts.map((host) => host.port));
  const root = common(hosts.map(rootOf));
  const networks = common(hosts.map((host) => host.networks));
  return withoutUndefined({
    project: plan.project,
    environment: plan.environment,
    site: unlessDefault(plan.site, defaults.site),
    intake: plan.intake,
    user: unlessDefault(user, defaults.user),
    port: unlessDefault(port, defaults.port),
    privateKeyFile: plan.privateKeyFile,
    root,
    // Written even where it is empty: the file that stacks of a project share may name some.
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
        root: root === undefined ? rootOf(host) : undefined,
        networks: networks === undefined ? host.networks : undefined,
      }),
    ),
  });
}

/**
 * The text of a new stack's file.
 * @throws UserError with everything that the program would refuse in it.
 */
export function stackText(plan: Plan): string {
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

/** The folder for this program's files where the default one would not be in the user's home. */
function rootOf({ user, home }: PlannedHost): string | undefined {
  const usual = user === "root" ? "/root" : `/home/${user}`;
  return home === "" || home === usual ? undefined : `${home}/datadog`;
}

/** What all values are; undefined where they differ. */
function common<Value>(values: readonly Value[]): Value | undefined {
  const [first] = values;
  return values.every((value) => isDeepStrictEqual(value, first)) ? first : undefined;
}

function unlessDefault<Value>(value: Value | undefined, usual: Value): Value | undefined {
  return value === usual ? undefined : value;
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
