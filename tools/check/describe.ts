import type { Shown } from "../shared/shown";
import { pad, widthOf } from "../shared/terminal-text";
import type { ContainerReport, InstanceRun } from "./schema";

/** So many metrics of an instance are listed: a container's page may have any number. */
const maxRows = 1000;

/** Whether there was at least one run, and each run collected something without an error. */
export function isHealthy({ runs }: Pick<ContainerReport, "runs">): boolean {
  return runs.length > 0 && runs.every(({ error, samples }) => error === "" && samples.length > 0);
}

/** Describes a report as text. */
export function describeReport({ host, container, runs, remarks }: Shown<ContainerReport>): string {
  const lines = [
    ...remarks.map((remark) => `${host}: ${remark}`),
    ...runs.flatMap((run) => describeRun(`${container} on ${host}`, run)),
  ];
  return lines.join("\n");
}

function describeRun(place: string, run: InstanceRun): string[] {
  const { check, instance, error, warnings, samples, serviceChecks } = run;
  const listed = samples.slice(0, maxRows);
  const [first, ...others] = listed.map((sample) => new Set(sample.tags));
  const common = [...(first ?? run.tags)].filter((tag) => others.every((each) => each.has(tag)));
  const tags = new Set([...run.tags, ...common]);
  const rows = listed.map(({ metric, value, tags: all }) => [
    metric,
    `${Number.isInteger(value) ? value : Number(value.toPrecision(6))}`,
    all.filter((tag) => !tags.has(tag)).join(" "),
  ]);
  const more = samples.length - listed.length;
  return [
    `${place}: ${check} ${instance}`,
    `  tags: ${[...tags].join(" ")}`,
    ...(error === "" ? [] : [`  it fails: ${error}`]),
    ...warnings.map((warning) => `  it warns: ${warning}`),
    ...serviceChecks.map(({ name, status, message }) => `  ${name}: ${status}${message === "" ? "" : ` (${message})`}`),
    samples.length === 0 ? "  it collects nothing" : `  it collects ${samples.length} metrics:`,
    ...columns(rows).map((line) => `    ${line}`),
    ...(more > 0 ? [`    and ${more} more, which JSON=yes shows`] : []),
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
