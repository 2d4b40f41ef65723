import type { HostReport } from "./report";

const columns = ["HOST", "INTEGRATION", "INSTANCE", "TAGS", "COLLECTED", "LAST ERROR"] as const;

/** A person's view of some hosts: a row for each instance, and the remarks below. */
export function formatTable(reports: readonly HostReport[]): string {
  const rows = reports
    .flatMap(({ instances }) => instances)
    .map(({ host, check, instance, tags, collected, error }) => [
      host,
      check,
      instance,
      tags.map(shorten).join(" "),
      collected,
      error === "" ? "-" : error.replace(/\s+/g, " "),
    ]);
  const table = [[...columns], ...rows];
  const widths = columns.map((_, index) => Math.max(...table.map((row) => row[index]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const remarks = reports.flatMap((report) => report.remarks);
  return [...lines, ...(remarks.length > 0 ? ["", ...remarks] : [])].join("\n");
}

/** A tag's length is its container's choice; a screen's width is not. */
function shorten(tag: string): string {
  const text = tag.replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
