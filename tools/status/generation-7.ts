import { parse } from "yaml";

import { describeInstance, settingsOf, tagsOf, type InstanceSettings } from "./instance-settings";
import type { GenerationStatus } from "./generation-status";

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
 * Generation 7 tells how each instance fares by its id, and which id is which in `configcheck`, where it blots out
 * passwords itself.
 */
export const generation7Status: GenerationStatus = {
  questions: ["docker exec dd-agent agent status --json", "docker exec dd-agent agent configcheck"],
  report([statusText = "", configcheck = ""]) {
    const status = JSON.parse(statusText) as AgentStatus;
    const instances = readInstances(configcheck).map(({ check, id, settings }) => {
      const stats = statsOf(status.runnerStats?.Checks?.[check] ?? {}, check, id);
      const { TotalRuns: runs = 0, MetricSamples: samples = 0, LastError: error = "" } = stats ?? {};
      return {
        check,
        instance: describeInstance(settings, check),
        tags: tagsOf(settings),
        runs,
        samples,
        collected: runs === 0 ? "not run yet" : `${samples} samples, ${runs} runs`,
        error: lastError(error),
      };
    });
    const refused = Object.entries(status.autoConfigStats?.ConfigErrors ?? {}).map(
      ([name, text]) => `${name}: ${text}`,
    );
    const unloaded = Object.keys(status.checkSchedulerStats?.LoaderErrors ?? {}).map(
      (name) => `${name}: can't be loaded`,
    );
    return { instances, remarks: [...refused, ...unloaded] };
  },
};

/** The agent knows a check that can have one instance only, such as `docker`, by its name alone. */
function statsOf(stats: Record<string, CheckStats>, check: string, id: string): CheckStats | undefined {
  return stats[id] ?? stats[check];
}

interface ConfiguredInstance {
  readonly check: string;
  readonly id: string;
  readonly settings: InstanceSettings;
}

/** The instances in `agent configcheck`'s text: a heading for each check, then id, YAML and a line with a tilde for each instance. */
function readInstances(text: string): ConfiguredInstance[] {
  const found: ConfiguredInstance[] = [];
  for (const section of text.split(/^=== (?=\S+ check ===)/m).slice(1)) {
    const check = /^\S+/.exec(section)?.[0] ?? "";
    for (const [, id = "", settings = ""] of section.matchAll(/^Config for instance ID: (\S+)\n([\s\S]*?)^~$/gm)) {
      found.push({ check, id, settings: settingsOf(parse(settings)) });
    }
  }
  return found;
}

function lastError(text: string): string {
  if (text === "") return "";
  try {
    return (JSON.parse(text) as { message: string }[]).map(({ message }) => message).join("; ");
  } catch {
    return text;
  }
}
