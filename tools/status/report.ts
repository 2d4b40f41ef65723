import { parse } from "yaml";

/** What a host's agent says, as it was read from the host. */
export interface AgentAnswers {
  /** Output of `agent status --json`. */
  readonly status: string;
  /** Output of `agent configcheck`: which instance has which id. Passwords are blotted out by the agent itself. */
  readonly configcheck: string;
  /** Comment lines of the generated configs that say why a container has no instance. */
  readonly remarks: readonly string[];
}

/** One instance of one check on one host. */
export interface InstanceReport {
  readonly host: string;
  readonly check: string;
  /** What the check looks at: an address, or the check's name in brackets where it has none. */
  readonly instance: string;
  readonly tags: readonly string[];
  /** How many runs there were since the agent has it. */
  readonly runs: number;
  /** How many metric samples the last run gave. */
  readonly samples: number;
  /** The last run's error, or nothing. */
  readonly error: string;
}

/** A host's instances, and what is wrong beside them. */
export interface HostReport {
  readonly instances: readonly InstanceReport[];
  /** Configs that the agent refuses, and containers that have no instance. */
  readonly remarks: readonly string[];
}

/** The part of `agent status --json` that is read here (pkg/collector/check/stats of the agent). */
interface AgentStatus {
  readonly runnerStats?: { readonly Checks?: Record<string, Record<string, CheckStats>> };
  readonly autoConfigStats?: { readonly ConfigErrors?: Record<string, string> | null };
  readonly checkSchedulerStats?: { readonly LoaderErrors?: Record<string, unknown> | null };
}

interface CheckStats {
  readonly TotalRuns: number;
  readonly MetricSamples: number;
  /** Empty, or JSON: [{"message": …, "traceback": …}]. */
  readonly LastError: string;
}

/**
 * Puts together what the agent of a host watches and how it fares.
 * @throws SyntaxError where the agent's status is no JSON.
 */
export function reportHost(host: string, answers: AgentAnswers): HostReport {
  const status = JSON.parse(answers.status) as AgentStatus;
  const instances = readInstances(answers.configcheck).map(({ check, id, settings }) => {
    const stats = statsOf(status.runnerStats?.Checks?.[check] ?? {}, check, id);
    return {
      host,
      check,
      instance: describeInstance(settings, check),
      tags: Array.isArray(settings["tags"]) ? settings["tags"].map(String) : [],
      runs: stats?.TotalRuns ?? 0,
      samples: stats?.MetricSamples ?? 0,
      error: lastError(stats?.LastError ?? ""),
    };
  });
  const refused = Object.entries(status.autoConfigStats?.ConfigErrors ?? {}).map(([name, text]) => `${name}: ${text}`);
  const unloaded = Object.keys(status.checkSchedulerStats?.LoaderErrors ?? {}).map(
    (name) => `${name}: can't be loaded`,
  );
  return { instances, remarks: [...refused, ...unloaded, ...answers.remarks] };
}

/** The agent knows a check that can have one instance only, such as `docker`, by its name alone. */
function statsOf(stats: Record<string, CheckStats>, check: string, id: string): CheckStats | undefined {
  return stats[id] ?? stats[check];
}

interface ConfiguredInstance {
  readonly check: string;
  readonly id: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The instances in `agent configcheck`'s text: a heading for each check, then id, YAML and a line with a tilde for each instance. */
function readInstances(text: string): ConfiguredInstance[] {
  const found: ConfiguredInstance[] = [];
  for (const section of text.split(/^=== (?=\S+ check ===)/m).slice(1)) {
    const check = /^\S+/.exec(section)?.[0] ?? "";
    for (const [, id = "", settings = ""] of section.matchAll(/^Config for instance ID: (\S+)\n([\s\S]*?)^~$/gm)) {
      const parsed: unknown = parse(settings);
      found.push({
        check,
        id,
        settings: typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {},
      });
    }
  }
  return found.sort((a, b) => (a.check + a.id < b.check + b.id ? -1 : 1));
}

/** The address that an instance looks at, from whichever key its check has for it. */
function describeInstance(settings: Readonly<Record<string, unknown>>, check: string): string {
  const url = Object.entries(settings).find(([key]) => /(^|_)url$/.test(key))?.[1];
  if (typeof url === "string") return url;
  const { host, port } = settings;
  return typeof host === "string" ? `${host}:${String(port)}` : `(${check})`;
}

function lastError(text: string): string {
  if (text === "") return "";
  try {
    return (JSON.parse(text) as { message: string }[]).map(({ message }) => message).join("; ");
  } catch {
    return text;
  }
}
