import { stripVTControlCharacters } from "node:util";

import { parse } from "yaml";

import { describeInstance, settingsOf, tagsOf, type InstanceSettings } from "./instance-settings";
import type { GenerationStatus } from "./generation-status";

const boundary = "#!file ";

/** Prints each config that the agent reads, without its passwords: a bundled one counts where there is no other. */
const configs = [
  "cd /etc/dd-agent/conf.d || exit 1",
  "for file in *.yaml *.yaml.default; do",
  '  [ -e "$file" ] || continue',
  '  case $file in *.default) [ ! -e "${file%.default}" ] || continue ;; esac',
  `  echo "${boundary}$file"`,
  '  sed -E "s/^([ -]*[A-Za-z_]*password[A-Za-z_]*):.*/\\1: blotted/" "$file"',
  "  echo",
  "done",
].join("\n");

/** How one check's last collection went. */
interface CheckInfo {
  /** By the instance's number in the file. */
  readonly instances: ReadonlyMap<number, string>;
  /** Metrics of all instances. */
  readonly metrics: number;
  /** Why the check was not loaded. */
  readonly refused: string | undefined;
}

/**
 * Generation 5 tells how the last collection went, by the instances' numbers; what they are stands in the files alone.
 * Its status says whether all is well, which the text says better.
 */
export const generation5Status: GenerationStatus = {
  questions: [
    `docker exec dd-agent sh -c 'service datadog-agent info || true'`,
    `docker exec dd-agent sh -c '${configs}'`,
  ],
  report([info = "", files = ""]) {
    const checks = readInfo(info);
    const instances = readFiles(files).map(({ check, number, settings }) => {
      const last = checks.get(check);
      const outcome = last?.refused ?? last?.instances.get(number);
      return {
        check,
        instance: describeInstance(settings, check),
        tags: tagsOf(settings),
        runs: outcome === undefined ? 0 : 1,
        samples: last?.metrics ?? 0,
        collected: outcome === undefined ? "not run yet" : describeCollection(last),
        error: outcome ?? "",
      };
    });
    const remarks = [...checks].flatMap(([check, { refused }]) =>
      refused === undefined ? [] : [`${check}: ${refused}`],
    );
    return {
      instances,
      remarks: /^ *Collector is not running/m.test(info) ? ["The collector is not running."] : remarks,
    };
  },
};

function describeCollection(info: CheckInfo | undefined): string {
  const { metrics = 0, instances } = info ?? {};
  const count = instances?.size ?? 0;
  return count > 1 ? `${metrics} samples of ${count}` : `${metrics} samples`;
}

/** The part `Checks` of `info`: a name with its version, a line of dashes, then a line for each instance. */
function readInfo(text: string): Map<string, CheckInfo> {
  const checks = new Map<string, CheckInfo>();
  for (const [, name = "", section = ""] of stripVTControlCharacters(text).matchAll(
    /^ {4}(\S+) \([^)\n]*\)\n {4}-+\n((?: {6}.*\n)*)/gm,
  )) {
    const instances = new Map<number, string>();
    const outcome = /^ {6}- instance #(\d+) \[(\w+)\](?:: (.*))?\n((?: {10}.*\n)*)/gm;
    for (const [, number = "", status = "", error = "", warnings = ""] of section.matchAll(outcome)) {
      instances.set(Number(number), status === "OK" ? "" : unquote(error) || warnings.trim() || status);
    }
    const refused = /^ {6}- initialize check class \[ERROR\]: (.*)$/m.exec(section)?.[1];
    checks.set(name, {
      instances,
      metrics: Number(/- Collected (\d+) metric/.exec(section)?.[1] ?? 0),
      refused: refused === undefined ? undefined : unquote(refused),
    });
  }
  return checks;
}

/** Errors are written as the agent's language writes texts. */
function unquote(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, "$2").replaceAll("\\'", "'");
}

interface ConfiguredInstance {
  readonly check: string;
  readonly number: number;
  readonly settings: InstanceSettings;
}

function readFiles(text: string): ConfiguredInstance[] {
  return text.split(new RegExp(`^${boundary}`, "m")).flatMap((file) => {
    const check = /^(\S+)\.yaml(\.default)?\n/.exec(file)?.[1];
    const instances = check === undefined ? [] : instancesIn(file.slice(file.indexOf("\n")));
    return instances.map((instance, number) => ({ check: check ?? "", number, settings: settingsOf(instance) }));
  });
}

/** What is no YAML, the agent itself tells of. */
function instancesIn(text: string): unknown[] {
  try {
    const { instances } = settingsOf(parse(text));
    return Array.isArray(instances) ? instances : [];
  } catch {
    return [];
  }
}
