import { quote } from "../shared/questions";
import { itemsOf, memberOf, textOf } from "../shared/values";
import { latestServiceChecks, serviceStatus } from "./check-run";
import type { CheckRun } from "./schema";

/**
 * The command on a host that runs only the instance of one file in the agent's container: the agent gets a config folder
 * with nothing but a link to this file. The check runs twice, since rates need two values. Nothing is sent to Datadog.
 * @param agent the agent's container, as a word of the shell.
 * @param file path of the instance's file in the agent's container.
 */
export function checkCommand7(agent: string, check: string, file: string): string {
  const script = [
    "folder=$(mktemp -d) || exit 1",
    "trap 'rm -rf \"$folder\"' EXIT",
    'mkdir "$folder/$1.d"',
    'ln -s "$2" "$folder/$1.d/"',
    'DD_CONFD_PATH="$folder" agent check "$1" --json --check-rate',
  ].join("\n");
  return `docker exec ${agent} sh -c ${quote(script)} sh ${quote(check)} ${quote(file)}`;
}

/**
 * Reads one run from the output of `agent check NAME --json` (pkg/cli/subcommands/check of DataDog/datadog-agent): a list of
 * runs, possibly after other lines.
 * @param file name of the instance's file. Runs that the agent discovered by container labels are left out.
 * @returns undefined if the output has no run of this file.
 */
export function readRun7(text: string, file: string): CheckRun | undefined {
  const run = itemsOf(parse(text)).find((entry) =>
    textOf(memberOf(memberOf(entry, "runner"), "CheckConfigSource")).endsWith(`/${file}`),
  );
  if (run === undefined) return undefined;
  const found = memberOf(run, "aggregator");
  const runner = memberOf(run, "runner");
  return {
    samples: itemsOf(memberOf(found, "metrics")).map((metric) => ({
      metric: textOf(memberOf(metric, "metric")),
      value: Number(itemsOf(itemsOf(memberOf(metric, "points")).at(-1))[1] ?? NaN),
      tags: itemsOf(memberOf(metric, "tags")).map(textOf),
    })),
    serviceChecks: latestServiceChecks(
      itemsOf(memberOf(found, "service_checks")).map((one) => ({
        name: textOf(memberOf(one, "check")),
        status: serviceStatus(Number(memberOf(one, "status"))),
        message: textOf(memberOf(one, "message")),
        tags: itemsOf(memberOf(one, "tags")).map(textOf),
      })),
    ),
    error: errorOf(textOf(memberOf(runner, "LastError"))),
    warnings: itemsOf(memberOf(runner, "LastWarnings")).map(textOf),
  };
}

/** Parses the list of runs, which begins on a new line. */
function parse(text: string): unknown {
  const start = text.search(/^\[/m);
  try {
    return JSON.parse(start < 0 ? text : text.slice(start)) as unknown;
  } catch {
    return undefined;
  }
}

/** The error message of a run. A core check reports plain text, a Python check JSON: `[{"message": …, "traceback": …}]`. */
function errorOf(text: string): string {
  try {
    return itemsOf(JSON.parse(text))
      .map((error) => textOf(memberOf(error, "message")))
      .join("; ");
  } catch {
    return text;
  }
}
