import { stripVTControlCharacters } from "node:util";

import { containerNames } from "../../infra/names";
import { quote } from "../shared/questions";
import { serviceStatus } from "./check-run";
import type { CheckRun, Sample, ServiceCheck } from "./schema";

/**
 * The command on a host that runs all instances of a check in the agent's container. They run twice, since rates need two
 * values. Nothing is sent to Datadog.
 */
export function checkCommand5(check: string): string {
  return `docker exec ${containerNames.agent} dd-agent check ${quote(check)} check_rate`;
}

/**
 * Reads the run of one instance from the output of `dd-agent check NAME` (agent.py, checks/collector.py of
 * DataDog/dd-agent): lists and mappings in Python's notation, then the status of each instance. The output does not assign
 * samples to instances, so they are selected by tags.
 * @param number index of the instance in the check's file, from 0.
 * @param tags of the instance.
 * @param others addresses of the check's other instances: samples with one of them in a tag are excluded.
 * @returns undefined if the output does not mention the instance.
 */
export function readRun5(
  text: string,
  number: number,
  tags: readonly string[],
  others: readonly string[] = [],
): CheckRun | undefined {
  const plain = stripVTControlCharacters(text);
  const last = plain.slice(plain.lastIndexOf("Metrics: \n"));
  const outcome = new RegExp(`- instance #${number} \\[(\\w+)\\](?:: (.*))?\\n((?: {8,}.*\\n)*)`).exec(last);
  if (outcome === null) return undefined;
  const [, status = "", error = "", below = ""] = outcome;
  const own = (one: { readonly tags: readonly string[] }): boolean =>
    tags.every((tag) => one.tags.includes(tag)) &&
    !one.tags.some((tag) => others.some((other) => tag.endsWith(`:${other}`)));
  const warnings = [...below.matchAll(/Warning: (.*)/g)].map(([, warning = ""]) => warning);
  return {
    samples: samplesIn(between(last, "Metrics: \n", "\nEvents: ")).filter(own),
    serviceChecks: serviceChecksIn(between(last, "Service Checks: \n", "\nService Metadata: ")).filter(own),
    error: status === "ERROR" ? unquote(error) || status : "",
    warnings,
  };
}

function between(text: string, start: string, end: string): string {
  const rest = text.split(start)[1] ?? "";
  return rest.split(end)[0] ?? "";
}

/** A string literal in Python's notation. */
const literal = String.raw`u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")`;

function samplesIn(text: string): Sample[] {
  const one = new RegExp(String.raw`\((${literal}),\s*[\d.]+,\s*([-+\d.e]+|nan|inf)L?,\s*\{`, "g");
  const starts = [...text.matchAll(one)];
  return starts.map((match, index) => ({
    metric: unquote(match[1] ?? ""),
    value: Number(match[2]),
    tags: tagsIn(text.slice(match.index + match[0].length, starts[index + 1]?.index)),
  }));
}

function serviceChecksIn(text: string): ServiceCheck[] {
  return text.split(/(?=\{'check': )/).flatMap((part) => {
    const name = new RegExp(`^\\{'check': (${literal})`).exec(part)?.[1];
    if (name === undefined) return [];
    const message = new RegExp(`'message': (${literal})`).exec(part)?.[1];
    return [
      {
        name: unquote(name),
        status: serviceStatus(Number(/'status': (\d)/.exec(part)?.[1] ?? NaN)),
        message: message === undefined ? "" : unquote(message),
        tags: tagsIn(part),
      },
    ];
  });
}

/** The strings of the list or tuple at the key `tags`. */
function tagsIn(text: string): string[] {
  const list = new RegExp(`'tags': [[(]((?:\\s*${literal},?)*)`).exec(text)?.[1] ?? "";
  return [...list.matchAll(new RegExp(literal, "g"))].map(([tag]) => unquote(tag));
}

function unquote(text: string): string {
  return text.replace(/^u?(['"])([\s\S]*)\1$/, "$2").replace(/\\(['"\\])/g, "$1");
}
