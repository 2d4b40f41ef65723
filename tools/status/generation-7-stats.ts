import type { Answer } from "../shared/questions";
import { countOf, entriesOf, itemsOf, memberOf, textOf } from "../shared/values";

/** The statistics of one instance (pkg/collector/check/stats of the agent). */
export interface CheckStats {
  readonly source: string;
  readonly runs: number;
  readonly samples: number;
  readonly error: string;
  /** When a run ended without an error, in seconds since 1970; 0 if none did. */
  readonly lastSuccess: number;
}

/** Statistics by check and by the instance's id. */
export type StatsByCheck = ReadonlyMap<string, ReadonlyMap<string, CheckStats>>;

/** The JSON in the answer to `agent status --json`; there may be other text before it. */
export function readStatus({ text, cut }: Answer): { readonly value?: unknown; readonly problem?: string } {
  const start = text.search(/^\{/m);
  try {
    return { value: JSON.parse(start < 0 ? text : text.slice(start)) as unknown };
  } catch {
    const reason = text.trim() === "" ? "is empty" : cut ? "is too long" : "is no JSON";
    return { problem: `the answer to agent status --json ${reason}: the state of the instances is unknown` };
  }
}

/** The statistics in the answer to `agent status --json`; none for a value of another form. */
export function statsByCheck(status: unknown): StatsByCheck {
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
              lastSuccess: countOf(values.get("LastSuccessDate")),
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

/**
 * The statistics of an instance. The agent identifies a check that can have only one instance, such as `docker`, by its
 * name. Before 7.64 its two answers have different ids; then a file with a single instance identifies it.
 */
export function statsOf(
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
