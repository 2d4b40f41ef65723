import { hideSecrets, masked } from "../shared/secrets";
import { readConfigcheck, type ShownInstance } from "./configcheck";
import { folder, originOf, sourceOf, type Origin } from "./generation-7-origin";
import { readStatus, statsByCheck, statsOf, type CheckStats, type StatsByCheck } from "./generation-7-stats";
import { describeOutdated, describeWaiting, missingChecks, outdated, refusals, unread } from "./generation-7-unread";
import type { AgentInstance, GenerationStatus, HostContext } from "./generation-status";
import { describeInstance, settingsOf, tagsOf } from "./instance-settings";
import { noSuchCheck } from "./failures";
import { reasonOf } from "./own-parts";
import { readYaml } from "./yaml";

/**
 * Generation 7 reports each instance's statistics by its id, and the settings of each id in `configcheck`, where it masks
 * passwords itself. The rest is read from its files.
 */
export const generation7Status: GenerationStatus = {
  questions: (agent) => [
    { name: "agent-status", command: `docker exec ${agent} agent status --json` },
    { name: "agent-configcheck", command: `docker exec ${agent} agent configcheck` },
  ],
  files: { folder, patterns: "*.yaml */*.yaml" },
  report(answers, context) {
    const status = readStatus(answers("agent-status"));
    const configcheck = answers("agent-configcheck");
    const stats = statsByCheck(status.value);
    const { instances: all, sources } = readConfigcheck(configcheck.text);
    const instances = all.filter(({ excluded }) => !excluded);
    const told = configcheck.text !== "" && (configcheck.status === 0 || configcheck.cut);
    const silent = (what: string): string => `${what} (${reasonOf(configcheck)})`;
    if (!told && status.value === undefined && context.starting) {
      return {
        instances: [],
        problems: [],
        remarks: ["the agent has just started and does not answer yet"],
        unread: [],
      };
    }
    const missing = told ? unread(sources, context) : [];
    const earlier = told ? outdated(instances, context) : [];
    return {
      instances: told ? configuredInstances(instances, stats, status, context) : runningInstances(stats),
      problems: [
        ...(status.problem === undefined ? [] : [status.problem]),
        ...(told ? [] : [silent("the agent does not list its instances, so rows show checks and not addresses")]),
        ...(configcheck.cut ? ["the answer to agent configcheck is too long: some rows are missing"] : []),
        ...rawHandles(instances, context),
        ...refusals(status.value, missing, instances, context),
        ...earlier.filter(({ late }) => late).map((config) => describeOutdated(config, context)),
      ],
      remarks: [
        ...[...missing, ...earlier].filter(({ late }) => !late).map(describeWaiting),
        ...describeExcluded(all, context),
      ],
      unread: [...missing, ...earlier],
    };
  },
};

/** Checks that containers order by labels, and that the agent does not run because its own discovery is off. */
function describeExcluded(instances: readonly ShownInstance[], context: HostContext): string[] {
  const checks = new Map<string, Set<string>>();
  for (const instance of instances.filter(({ excluded }) => excluded)) {
    const { container } = originOf(instance, context);
    if (container !== "") checks.set(container, (checks.get(container) ?? new Set()).add(instance.check));
  }
  return [...checks].map(
    ([container, names]) =>
      `"${container}" orders ${[...names].sort().join(", ")} by com.datadoghq.ad labels, which the agent does not follow: let it ask by datadog-hosts.service, or set discovery: agent (docs/security.md)`,
  );
}

function configuredInstances(
  configured: readonly ShownInstance[],
  stats: StatsByCheck,
  status: ReturnType<typeof readStatus>,
  context: HostContext,
): AgentInstance[] {
  const missing = missingChecks(status.value);
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
    const absent = missing.get(check);
    const { runs = 0, samples = 0, lastSuccess = 0 } = found ?? {};
    const error = found?.error ?? (absent === undefined ? "" : `${noSuchCheck}: ${absent}`);
    return {
      check,
      instance: describeInstance(settings, check),
      container: origin.container,
      tags: tagsOf(settings),
      runs,
      samples,
      collected: status.problem !== undefined ? "not known" : runs === 0 ? "not run yet" : describeRuns(samples, runs),
      error: hideError(error, origin),
      since: error === "" ? null : failingSince(lastSuccess, source, context),
    };
  });
}

function describeRuns(samples: number, runs: number): string {
  return `${samples} ${samples === 1 ? "sample" : "samples"}, ${runs} ${runs === 1 ? "run" : "runs"}`;
}

/** Rows for the instances that have run, if the agent does not list its configs. */
function runningInstances(stats: StatsByCheck): AgentInstance[] {
  return [...stats].flatMap(([check, instances]) =>
    [...instances].map(([id, { runs, samples, error, lastSuccess }]) => ({
      check,
      instance: `(${id})`,
      container: "",
      tags: [],
      runs,
      samples,
      collected: runs === 0 ? "not run yet" : describeRuns(samples, runs),
      // The instance is unknown, and with it the secrets that the error may contain.
      error: error === "" ? "" : "an error (not shown)",
      since: error === "" || lastSuccess === 0 ? null : isoTime(lastSuccess),
    })),
  );
}

/** Since when an instance fails: since its last success, or, if there was none, since its config was written. */
function failingSince(lastSuccess: number, source: string, { now, agentFiles }: HostContext): string | null {
  if (lastSuccess > 0) return isoTime(lastSuccess);
  const file = agentFiles.find(({ path }) => source === sourceOf(path));
  return file === undefined || now === undefined ? null : isoTime(now - file.age);
}

/** The end of the year 9999, in seconds since 1970. */
const endOfTime = 253_402_300_799;

function isoTime(seconds: number): string | null {
  if (seconds > endOfTime) return null;
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
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
