import { hideSecrets, masked, secretsIn } from "../shared/secrets";
import { readConfigcheck, type ShownInstance } from "./configcheck";
import { holdsHandle, type ConfigFile } from "./config-files";
import { describeInstance, settingsOf, tagsOf } from "./instance-settings";
import type { AgentInstance, GenerationStatus, HostContext } from "./generation-status";
import type { Answer } from "./questions";
import { reasonOf } from "./own-parts";
import { countOf, entriesOf, itemsOf, memberOf, textOf, textsIn } from "./values";
import { readYaml } from "./yaml";

const folder = "/etc/datadog-agent/conf.d";

/** After this many polls, the agent has read a file, or never will. */
const pollsUntilRead = 4;

/** The statistics of one instance (pkg/collector/check/stats of the agent). */
interface CheckStats {
  readonly source: string;
  readonly runs: number;
  readonly samples: number;
  readonly error: string;
}

type StatsByCheck = ReadonlyMap<string, ReadonlyMap<string, CheckStats>>;

/**
 * Generation 7 reports each instance's statistics by its id, and the settings of each id in `configcheck`, where it masks
 * passwords itself. The rest is read from its files.
 */
export const generation7Status: GenerationStatus = {
  questions: [
    { name: "agent-status", command: "docker exec dd-agent agent status --json" },
    { name: "agent-configcheck", command: "docker exec dd-agent agent configcheck" },
  ],
  files: { folder, patterns: "*.yaml */*.yaml" },
  report(answers, context) {
    const status = readStatus(answers("agent-status"));
    const configcheck = answers("agent-configcheck");
    const stats = statsByCheck(status.value);
    const { instances, sources } = readConfigcheck(configcheck.text);
    const told = configcheck.text !== "" && (configcheck.status === 0 || configcheck.cut);
    const silent = (what: string): string => `${what} (${reasonOf(configcheck)})`;
    if (!told && status.value === undefined && context.starting) {
      return { instances: [], problems: [], remarks: ["the agent has just started and does not answer yet"] };
    }
    return {
      instances: told ? configuredInstances(instances, stats, status.problem, context) : runningInstances(stats),
      problems: [
        ...(status.problem === undefined ? [] : [status.problem]),
        ...(told ? [] : [silent("the agent does not list its instances, so rows show checks and not addresses")]),
        ...(configcheck.cut ? ["the answer to agent configcheck is too long: some rows are missing"] : []),
        ...rawHandles(instances, context),
        ...refusals(status.value, told ? unread(sources, context) : [], context),
      ],
      remarks: told
        ? unread(sources, context)
            .filter(({ late }) => !late)
            .map(describeWaiting)
        : [],
    };
  },
};

/** The agent's JSON; there may be other text before it. */
function readStatus({ text, cut }: Answer): { readonly value?: unknown; readonly problem?: string } {
  const start = text.search(/^\{/m);
  try {
    return { value: JSON.parse(start < 0 ? text : text.slice(start)) as unknown };
  } catch {
    const reason = text.trim() === "" ? "is empty" : cut ? "is too long" : "is no JSON";
    return { problem: `the answer to agent status --json ${reason}: the state of the instances is unknown` };
  }
}

function statsByCheck(status: unknown): StatsByCheck {
  const checks = entriesOf(memberOf(memberOf(status, "runnerStats"), "Checks"));
  return new Map(
    checks.map(([check, instances]) => [
      check,
      new Map(
        entriesOf(instances).map(([id, stats]) => {
          const values = new Map(entriesOf(stats));
          return [
            id,
            {
              source: textOf(values.get("CheckConfigSource")),
              runs: countOf(values.get("TotalRuns")),
              samples: countOf(values.get("MetricSamples")),
              error: lastError(textOf(values.get("LastError"))),
            },
          ];
        }),
      ),
    ]),
  );
}

/** Empty, or JSON: [{"message": …, "traceback": …}]. */
function lastError(text: string): string {
  try {
    const messages = itemsOf(JSON.parse(text)).map((error) => textOf(memberOf(error, "message")));
    return messages.join("; ") || text;
  } catch {
    return text;
  }
}

function configuredInstances(
  configured: readonly ShownInstance[],
  stats: StatsByCheck,
  noStats: string | undefined,
  context: HostContext,
): AgentInstance[] {
  const ofSource = new Map<string, number>();
  for (const { source } of configured) ofSource.set(source, (ofSource.get(source) ?? 0) + 1);
  return configured.map((instance) => {
    const { check, id, source } = instance;
    const origin = originOf(instance, context);
    const read = readYaml(instance.settings);
    const settings = settingsOf("value" in read ? read.value : undefined, origin.resolvedFrom);
    const found = statsOf(
      stats.get(check) ?? new Map<string, CheckStats>(),
      check,
      id,
      source,
      ofSource.get(source) === 1,
    );
    const { runs = 0, samples = 0, error = "" } = found ?? {};
    return {
      check,
      instance: describeInstance(settings, check),
      container: origin.container,
      tags: tagsOf(settings),
      runs,
      samples,
      collected: noStats !== undefined ? "not known" : runs === 0 ? "not run yet" : `${samples} samples, ${runs} runs`,
      error: hideError(error, origin),
    };
  });
}

/** Rows for the instances that have run, if the agent does not list its configs. */
function runningInstances(stats: StatsByCheck): AgentInstance[] {
  return [...stats].flatMap(([check, instances]) =>
    [...instances].map(([id, { runs, samples, error }]) => ({
      check,
      instance: `(${id})`,
      container: "",
      tags: [],
      runs,
      samples,
      collected: runs === 0 ? "not run yet" : `${samples} samples, ${runs} runs`,
      // The instance is unknown, and with it the secrets that the error may contain.
      error: error === "" ? "" : "an error (not shown)",
    })),
  );
}

/**
 * The statistics of an instance. The agent identifies a check that can have only one instance, such as `docker`, by its
 * name. Before 7.64 its two answers have different ids; then a file with a single instance identifies it.
 */
function statsOf(
  stats: ReadonlyMap<string, CheckStats>,
  check: string,
  id: string,
  source: string,
  aloneInSource: boolean,
): CheckStats | undefined {
  const found = stats.get(id) ?? stats.get(check);
  if (found !== undefined || !aloneInSource || source === "") return found;
  const ofSource = [...stats.values()].filter((other) => other.source === source);
  return ofSource.length === 1 ? ofSource[0] : undefined;
}

/** Where an instance came from. */
interface Origin {
  readonly container: string;
  readonly secrets: readonly string[];
  /** The values that may be shown; undefined if the agent can't have resolved anything. */
  readonly resolvedFrom: ReadonlySet<string> | undefined;
}

function originOf({ check, source }: ShownInstance, context: HostContext): Origin {
  const labelled = /^(?:container|docker):.*?([0-9a-f]{64})/.exec(source)?.[1];
  if (labelled !== undefined) {
    const labels = context.discoveryLabels(labelled);
    const values = labels.map(readYaml).map((read) => ("value" in read ? read.value : undefined));
    return {
      container: context.containerName(labelled) ?? "",
      secrets: secretsIn(values),
      resolvedFrom: labels.some(holdsHandle) ? new Set(textsIn(values)) : undefined,
    };
  }
  const files = filesOf(check, source, context);
  return {
    container: containerOf(source, context),
    secrets: files.flatMap(({ secrets }) => secrets),
    resolvedFrom: files.some(({ hasHandles }) => hasHandles)
      ? new Set(files.flatMap(({ values }) => [...values]))
      : undefined,
  };
}

/** The file that an instance came from; all files of its check if the agent does not say which. */
function filesOf(check: string, source: string, { agentFiles }: HostContext): ConfigFile[] {
  const exact = agentFiles.filter(({ path }) => source === sourceOf(path));
  return exact.length > 0 ? exact : agentFiles.filter(({ path }) => checkOf(path) === check);
}

/** The container whose id is a file's name; empty if the file has another name. */
function containerOf(path: string, context: HostContext): string {
  const id = /([0-9a-f]{64})\.yaml$/.exec(path)?.[1];
  return id === undefined ? "" : (context.containerName(id) ?? `a container that is gone (${id.slice(0, 12)})`);
}

function sourceOf(path: string): string {
  return `file:${folder}/${path}`;
}

/** The check of a file: redisdb for both `redisdb.d/….yaml` and `redisdb.yaml`. */
function checkOf(path: string): string {
  return /^(.*?)(?:\.d\/.*|\.yaml)$/.exec(path)?.[1] ?? path;
}

/** If a secret may have been resolved, the whole error is masked: it may contain the secret in any form. */
function hideError(error: string, { secrets, resolvedFrom }: Origin): string {
  if (error === "" || resolvedFrom === undefined) return hideSecrets(error, secrets);
  return `an error that may hold a resolved secret (${masked})`;
}

/** Instances that still contain a handle: the agent has not resolved it and uses it as the value. */
function rawHandles(instances: readonly ShownInstance[], context: HostContext): string[] {
  const found = instances.filter(({ settings }) => /ENC\s*\[/i.test(settings));
  return [
    ...new Set(
      found.map((instance) => {
        const name = originOf(instance, context).container || instance.source || "a config of unknown source";
        return `${name}: its ${instance.check} instance contains a secret handle that the agent has not resolved`;
      }),
    ),
  ];
}

/** A generated config that the agent has not loaded. */
interface Unread {
  readonly check: string;
  /** The container that it was generated for, or else the file. */
  readonly name: string;
  readonly age: number;
  /** Whether the agent should have loaded it by now. */
  readonly late: boolean;
  readonly problem: string | undefined;
}

function unread(sources: ReadonlySet<string>, context: HostContext): Unread[] {
  return context.generatedFiles
    .filter(
      ({ path, instances, problem }) => (instances.length > 0 || problem !== undefined) && !sources.has(sourceOf(path)),
    )
    .map(({ path, age, problem }) => ({
      check: checkOf(path),
      name: containerOf(path, context) || path,
      age,
      late: age > context.pollSeconds * pollsUntilRead,
      problem,
    }));
}

function describeWaiting({ name, check, age }: Unread): string {
  return `${name}: its ${check} config is ${age} s old, and the agent has not read it yet`;
}

/** Configs that the agent refuses, by the containers that they were generated for, if these are known. */
function refusals(status: unknown, missing: readonly Unread[], context: HostContext): string[] {
  const errors = new Map(
    entriesOf(memberOf(memberOf(status, "autoConfigStats"), "ConfigErrors")).map(([name, text]) => [
      name,
      textOf(text),
    ]),
  );
  const late = missing.filter(({ late, check }) => late || errors.has(check));
  const told = new Set(late.map(({ check }) => check));
  const reason = ({ check, problem }: Unread): string =>
    problem ?? (errors.get(check) || "its log says why (docker logs dd-agent)");
  const loaderErrors = entriesOf(memberOf(memberOf(status, "checkSchedulerStats"), "LoaderErrors"));
  const lines = [
    ...late.map((file) => ({
      check: file.check,
      text: `${file.name}: the agent refuses its ${file.check} config: ${reason(file)}`,
    })),
    ...[...errors]
      .filter(([name]) => !told.has(name))
      .map(([name, text]) => ({ check: name, text: `the agent refuses a config of ${name}: ${text}` })),
    ...loaderErrors.map(([name, loaders]) => ({
      check: name,
      text: `the check ${name} can't be loaded: ${textsIn(loaders).join("; ")}`,
    })),
  ];
  return lines.map(({ check, text }) =>
    hideSecrets(
      text.slice(0, 10_000),
      filesOf(check, "", context).flatMap(({ secrets }) => secrets),
    ),
  );
}
