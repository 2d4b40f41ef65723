import { stripVTControlCharacters } from "node:util";

import { hideSecrets } from "../shared/secrets";
import { noSuchCheck } from "./failures";
import type { GenerationStatus } from "./generation-status";
import { describeInstance, settingsOf, tagsOf } from "./instance-settings";

/**
 * After so many seconds, each check that the agent has was in a collection: it collects every 15 to 20 s, and reads its
 * configs anew within seconds. A check that it does not have is never mentioned.
 */
const collectedAfter = 120;

/** The result of one check's last collection. */
interface CheckInfo {
  /** By the instance's number in the file. */
  readonly instances: ReadonlyMap<number, string>;
  /** Metrics of all instances. */
  readonly metrics: number;
  /** Why the check was not loaded. */
  readonly refused: string | undefined;
}

/**
 * Generation 5 reports the last collection by the instances' numbers; their settings are only in the files. Its exit status
 * is ignored, because the text says more.
 */
export const generation5Status: GenerationStatus = {
  questions: (agent) => [
    { name: "agent-info", command: `docker exec ${agent} sh -c 'service datadog-agent info || true'` },
  ],
  files: { folder: "/etc/dd-agent/conf.d", patterns: "*.yaml *.yaml.default" },
  report(answers, { agentFiles }) {
    const { text: info, cut } = answers("agent-info");
    const checks = readInfo(info);
    // A bundled config is used only if there is no other.
    const paths = new Set(agentFiles.map(({ path }) => path));
    const files = agentFiles.filter(
      ({ path }) => !paths.has(path.replace(/\.default$/, "")) || !path.endsWith(".default"),
    );
    const secretsOf = (check: string): string[] =>
      files.filter(({ path }) => checkOf(path) === check).flatMap(({ secrets }) => secrets);
    const instances = files.flatMap(({ path, age, instances: configured, secrets }) =>
      configured.map((instance, number) => {
        const check = checkOf(path);
        const settings = settingsOf(instance);
        const last = checks.get(check);
        const absent = last === undefined && checks.size > 0 && age > collectedAfter;
        const outcome = last?.refused ?? last?.instances.get(number);
        return {
          check,
          instance: describeInstance(settings, check),
          container: "",
          tags: tagsOf(settings),
          runs: outcome === undefined ? 0 : 1,
          samples: last?.metrics ?? 0,
          collected: outcome === undefined ? "not run yet" : describeCollection(last),
          error: hideSecrets(outcome ?? (absent ? noSuchCheck : ""), secrets),
          since: null,
        };
      }),
    );
    const refused = [...checks].flatMap(([check, { refused: reason }]) =>
      reason === undefined
        ? []
        : [hideSecrets(`the agent refuses the config of ${check}: ${reason}`, secretsOf(check))],
    );
    const problems = [
      ...(cut ? ["the agent's answer is too long: the state of some checks is unknown"] : []),
      ...(/^ *Collector is not running/m.test(info) ? ["the agent's collector is not running"] : refused),
      ...files.flatMap(({ path, problem }) =>
        problem === undefined || checks.get(checkOf(path))?.refused !== undefined ? [] : [`${path} ${problem}`],
      ),
    ];
    return { instances, problems, remarks: [], unread: [] };
  },
};

/** The check of a file: `redisdb.yaml`, or `disk.yaml.default`. */
function checkOf(path: string): string {
  return path.replace(/\.yaml(\.default)?$/, "");
}

function describeCollection(info: CheckInfo | undefined): string {
  const { metrics = 0, instances } = info ?? {};
  const count = instances?.size ?? 0;
  return count > 1 ? `${metrics} samples of ${count}` : `${metrics} samples`;
}

/** The part `Checks` of `info`: a name with its version, a line of dashes, then a line for each instance. */
function readInfo(text: string): Map<string, CheckInfo> {
  const checks = new Map<string, CheckInfo>();
  for (const [, name = "", section = ""] of stripVTControlCharacters(text).matchAll(
    /^ {4}(\S{1,200}) \([^)\n]*\)\n {4}-+\n((?: {6}.*\n)*)/gm,
  )) {
    const instances = new Map<number, string>();
    const outcome = /^ {6}- instance #(\d{1,9}) \[(\w+)\](?:: (.*))?\n((?: {10}.*\n)*)/gm;
    for (const [, number = "", status = "", error = "", warnings = ""] of section.matchAll(outcome)) {
      instances.set(Number(number), status === "OK" ? "" : unquote(error) || warnings.trim() || status);
    }
    const refused = /^ {6}- initialize check class \[ERROR\]: (.*)$/m.exec(section)?.[1];
    checks.set(name, {
      instances,
      metrics: Number(/- Collected (\d{1,15}) metric/.exec(section)?.[1] ?? 0),
      refused: refused === undefined ? undefined : unquote(refused),
    });
  }
  return checks;
}

/** Errors are written as Python string literals. */
function unquote(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, "$2").replaceAll("\\'", "'");
}
