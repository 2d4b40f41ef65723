import { containerNames } from "../../infra/names";
import { quote } from "../shared/questions";
import { itemsOf, memberOf, textOf } from "../shared/values";
import { lastOfEach, statusOf, type CheckRun } from "./check-run";

/**
 * The command on a host that runs the instance of one file in the agent's container, and no other one: the agent looks for
 * files in a folder of its own, where a link leads to the file. The check runs twice, since rates need two values.
 * Nothing of it is sent.
 * @param file of an instance in the agent's container.
 */
export function checkCommand7(check: string, file: string): string {
  const script = [
    "folder=$(mktemp -d) || exit 1",
    "trap 'rm -rf \"$folder\"' EXIT",
    'mkdir "$folder/$1.d"',
    'ln -s "$2" "$folder/$1.d/"',
    'DD_CONFD_PATH="$folder" agent check "$1" --json --check-rate',
  ].join("\n");
  return `docker exec ${containerNames.agent} sh -c ${quote(script)} sh ${quote(check)} ${quote(file)}`;
}

/**
 * What `agent check NAME --json` has printed (pkg/cli/subcommands/check of DataDog/datadog-agent): a list of runs, maybe
 * behind other lines.
 * @param file the name of the file whose instance is wanted. What the agent runs besides, by containers' labels, is left out.
 * @returns undefined where no run of it is there.
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
    serviceChecks: lastOfEach(
      itemsOf(memberOf(found, "service_checks")).map((one) => ({
        name: textOf(memberOf(one, "check")),
        status: statusOf(Number(memberOf(one, "status"))),
        message: textOf(memberOf(one, "message")),
        tags: itemsOf(memberOf(one, "tags")).map(textOf),
      })),
    ),
    error: errorOf(textOf(memberOf(runner, "LastError"))),
    warnings: itemsOf(memberOf(runner, "LastWarnings")).map(textOf),
  };
}

/** The list of runs begins on a line of its own. */
function parse(text: string): unknown {
  const start = text.search(/^\[/m);
  try {
    return JSON.parse(start < 0 ? text : text.slice(start)) as unknown;
  } catch {
    return undefined;
  }
}

/** A core check leaves plain text behind, a Python check JSON: [{"message": …, "traceback": …}]. */
function errorOf(text: string): string {
  try {
    return itemsOf(JSON.parse(text))
      .map((error) => textOf(memberOf(error, "message")))
      .join("; ");
  } catch {
    return text;
  }
}
