import { hideSecrets } from "../shared/secrets";
import { checkOf, containerOf, filesOf, sourceOf } from "./generation-7-origin";
import type { HostContext } from "./generation-status";
import { entriesOf, memberOf, textOf, textsIn } from "./values";

/** After this many polls, the agent has read a file, or never will. */
const pollsUntilRead = 4;

/** A generated config that the agent has not loaded. */
export interface Unread {
  readonly check: string;
  /** The container that it was generated for, or else the file. */
  readonly name: string;
  readonly age: number;
  /** Whether the agent should have loaded it by now. */
  readonly late: boolean;
  readonly problem: string | undefined;
}

/** The generated configs that are not among the agent's sources. */
export function unread(sources: ReadonlySet<string>, context: HostContext): Unread[] {
  return context.generatedFiles
    .filter(
      ({ path, instances, problem }) => (instances.length > 0 || problem !== undefined) && !sources.has(sourceOf(path)),
    )
    .map(({ path, age, problem }) => ({
      check: checkOf(path),
      name: containerOf(path, context) || path,
      age,
      late: age > context.pollSeconds * pollsUntilRead,
      problem,
    }));
}

/** The remark on a config that the agent has not read yet. */
export function describeWaiting({ name, check, age }: Unread): string {
  return `${name}: its ${check} config is ${age} s old, and the agent has not read it yet`;
}

/** Configs that the agent refuses, by the containers that they were generated for, if these are known. */
export function refusals(status: unknown, missing: readonly Unread[], context: HostContext): string[] {
  const errors = new Map(
    entriesOf(memberOf(memberOf(status, "autoConfigStats"), "ConfigErrors")).map(([name, text]) => [
      name,
      textOf(text),
    ]),
  );
  const late = missing.filter(({ late, check }) => late || errors.has(check));
  const told = new Set(late.map(({ check }) => check));
  const reason = ({ check, problem }: Unread): string =>
    problem ?? (errors.get(check) || "its log says why (docker logs dd-agent)");
  const loaderErrors = entriesOf(memberOf(memberOf(status, "checkSchedulerStats"), "LoaderErrors"));
  const lines = [
    ...late.map((file) => ({
      check: file.check,
      text: `${file.name}: the agent refuses its ${file.check} config: ${reason(file)}`,
    })),
    ...[...errors]
      .filter(([name]) => !told.has(name))
      .map(([name, text]) => ({ check: name, text: `the agent refuses a config of ${name}: ${text}` })),
    ...loaderErrors.map(([name, loaders]) => ({
      check: name,
      text: `the check ${name} can't be loaded: ${textsIn(loaders).join("; ")}`,
    })),
  ];
  return lines.map(({ check, text }) =>
    hideSecrets(
      text.slice(0, 10_000),
      filesOf(check, "", context).flatMap(({ secrets }) => secrets),
    ),
  );
}
