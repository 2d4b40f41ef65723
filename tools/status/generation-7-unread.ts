import { hideSecrets } from "../shared/secrets";
import type { ConfigFile } from "./config-files";
import { checkOf, containerOf, filesOf, sourceOf } from "./generation-7-origin";
import type { ShownInstance } from "./configcheck";
import type { HostContext, UnreadConfig } from "./generation-status";
import { describeInstance, settingsOf, tagsOf } from "./instance-settings";
import { entriesOf, memberOf, textOf, textsIn } from "../shared/values";
import { readYaml } from "./yaml";

/** After this many polls, the agent has read a file, or never will. */
const pollsUntilRead = 4;

/** The generated configs that are not among the agent's sources. */
export function unread(sources: ReadonlySet<string>, context: HostContext): UnreadConfig[] {
  return context.generatedFiles
    .filter(
      ({ path, instances, problem }) => (instances.length > 0 || problem !== undefined) && !sources.has(sourceOf(path)),
    )
    .map((file) => unreadConfig(file, context));
}

/** The generated configs that the agent has read in an earlier form: with another address, or other tags. */
export function outdated(shown: readonly ShownInstance[], context: HostContext): UnreadConfig[] {
  return context.generatedFiles
    .filter(({ path, instances, problem, hasHandles }) => {
      const loaded = shown.filter(({ source }) => source === sourceOf(path));
      if (loaded.length === 0 || loaded.length !== instances.length || problem !== undefined || hasHandles)
        return false;
      return loaded.some(({ settings }, index) => {
        const read = readYaml(settings);
        return "value" in read && differs(read.value, instances[index], checkOf(path));
      });
    })
    .map((file) => unreadConfig(file, context));
}

/** Whether an instance that the agent shows has another address or other tags than the one in the file. */
function differs(shown: unknown, written: unknown, check: string): boolean {
  const [loaded, newest] = [settingsOf(shown), settingsOf(written)];
  if (describeInstance(loaded, check) !== describeInstance(newest, check)) return true;
  const tags = tagsOf(loaded);
  // The agent may mask tags.
  return Array.isArray(loaded.get("tags")) && !tags.some((tag) => tag.includes("***")) && differ(tags, tagsOf(newest));
}

function differ(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join("\n") !== [...others].sort().join("\n");
}

function unreadConfig(
  { path, age, problem }: Pick<ConfigFile, "path" | "age" | "problem">,
  context: HostContext,
): UnreadConfig {
  return {
    check: checkOf(path),
    name: containerOf(path, context) || path,
    age,
    late: age > context.pollSeconds * pollsUntilRead,
    problem,
  };
}

/** The remark on a config that the agent has not read yet. */
export function describeWaiting({ name, check, age }: UnreadConfig): string {
  return `${name}: its ${check} config is ${age} s old, and the agent has not read it yet`;
}

/** The problem of a config that the agent goes on with in its earlier form. */
export function describeOutdated(
  { name, check, age }: UnreadConfig,
  { agentName }: Pick<HostContext, "agentName">,
): string {
  return `${name}: its ${check} config changed ${age} s ago, and the agent still has the one before: docker restart ${agentName}`;
}

/** The checks that the agent can't load, and what its loaders say of each. */
export function missingChecks(status: unknown): ReadonlyMap<string, string> {
  const errors = entriesOf(memberOf(memberOf(status, "checkSchedulerStats"), "LoaderErrors"));
  return new Map(errors.map(([check, loaders]) => [check, textsIn(loaders).join("; ")]));
}

/**
 * Configs that the agent refuses, by the containers that they were generated for, if these are known; and checks that it
 * can't load.
 * @param rows what is shown anyway: a check that can't be loaded is an error of its instances.
 */
export function refusals(
  status: unknown,
  missing: readonly UnreadConfig[],
  rows: readonly { readonly check: string }[],
  context: HostContext,
): string[] {
  const errors = new Map(
    entriesOf(memberOf(memberOf(status, "autoConfigStats"), "ConfigErrors")).map(([name, text]) => [
      name,
      textOf(text),
    ]),
  );
  const late = missing.filter(({ late, check }) => late || errors.has(check));
  const told = new Set(late.map(({ check }) => check));
  const reason = ({ check, problem }: UnreadConfig): string =>
    problem ?? (errors.get(check) || `its log says why (docker logs ${context.agentName})`);
  const lines = [
    ...late.map((file) => ({
      check: file.check,
      text: `${file.name}: the agent refuses its ${file.check} config: ${reason(file)}`,
    })),
    ...[...errors]
      .filter(([name]) => !told.has(name))
      .map(([name, text]) => ({ check: name, text: `the agent refuses a config of ${name}: ${text}` })),
    ...[...missingChecks(status)]
      .filter(([name]) => !rows.some(({ check }) => check === name))
      .map(([name, text]) => ({ check: name, text: `the check ${name} can't be loaded: ${text}` })),
  ];
  return lines.map(({ check, text }) =>
    hideSecrets(
      text.slice(0, 10_000),
      filesOf(check, "", context).flatMap(({ secrets }) => secrets),
    ),
  );
}
