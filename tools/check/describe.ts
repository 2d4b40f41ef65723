import type { Shown } from "../shared/shown";
import { pad, widthOf } from "../shared/terminal-text";
import type { CheckRun } from "./check-run";

/** What a container's check came to. */
export interface InstanceRun extends CheckRun {
  readonly check: string;
  /** What the check looks at. */
  readonly instance: string;
  readonly tags: readonly string[];
}

/** What is known of a container: runs of its checks, or why there are none. */
export interface ContainerReport {
  readonly host: string;
  readonly container: string;
  readonly runs: readonly InstanceRun[];
  /** Why no check was run, or what else is worth a word. */
  readonly remarks: readonly string[];
}

/** Whether each check has run without an error and collected something, and there is one at least. */
export function isWell({ runs }: Pick<ContainerReport, "runs">): boolean {
  return runs.length > 0 && runs.every(({ error, samples }) => error === "" && samples.length > 0);
}

/** A person's view of a container. */
export function describeReport({ host, container, runs, remarks }: Shown<ContainerReport>): string {
  const lines = [
    ...remarks.map((remark) => `${host}: ${remark}`),
    ...runs.flatMap((run) => describeRun(`${container} on ${host}`, run)),
  ];
  return lines.join("\n");
}

function describeRun(place: string, run: InstanceRun): string[] {
  const { check, instance, error, warnings, samples, serviceChecks } = run;
  const [first, ...others] = samples;
  const common = (first?.tags ?? run.tags).filter((tag) => others.every(({ tags }) => tags.includes(tag)));
  const tags = [...new Set([...run.tags, ...common])];
  const rows = samples.map(({ metric, value, tags: all }) => [
    metric,
    `${Number.isInteger(value) ? value : Number(value.toPrecision(6))}`,
    all.filter((tag) => !tags.includes(tag)).join(" "),
  ]);
  return [
    `${place}: ${check} ${instance}`,
    `  tags: ${tags.join(" ")}`,
    ...(error === "" ? [] : [`  it fails: ${error}`]),
    ...warnings.map((warning) => `  it warns: ${warning}`),
    ...serviceChecks.map(({ name, status, message }) => `  ${name}: ${status}${message === "" ? "" : ` (${message})`}`),
    samples.length === 0 ? "  it collects nothing" : `  it collects ${samples.length} metrics:`,
    ...columns(rows).map((line) => `    ${line}`),
  ];
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((index) => Math.max(0, ...rows.map((row) => widthOf(row[index] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
