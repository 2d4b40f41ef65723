import type { Shown } from "../shared/shown";
import { fit, pad, widthOf } from "../shared/terminal-text";
import type { HostReport, InstanceReport } from "./report";

interface Column {
  readonly heading: string;
  /** The widest cell, in columns of the screen: a container chooses the text and could make it very long. */
  readonly widest: number;
  readonly cell: (row: InstanceReport) => string;
}

const widestTag = 60;

const columns: readonly Column[] = [
  { heading: "HOST", widest: 40, cell: ({ host }) => host },
  { heading: "INTEGRATION", widest: 30, cell: ({ check }) => check },
  { heading: "INSTANCE", widest: 70, cell: ({ instance }) => instance },
  { heading: "TAGS", widest: 120, cell: ({ tags }) => tags.map((tag) => fit(tag, widestTag)).join(" ") },
  { heading: "COLLECTED", widest: 40, cell: ({ collected }) => collected },
  { heading: "LAST ERROR", widest: 200, cell: ({ error }) => (error === "" ? "-" : error) },
];

/** The longest remark, in columns of the screen: a few lines. */
const widestLine = 400;

/** The report for people: a row for each instance, then the problems, then the remarks. */
export function formatTable(reports: readonly Shown<HostReport>[]): string {
  const rows = tellApart(reports.flatMap(({ instances }) => instances)).map((row) =>
    columns.map(({ cell, widest }) => fit(cell(row), widest)),
  );
  const table = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, index) => Math.max(...table.map((row) => widthOf(row[index] ?? ""))));
  const lines = table.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const remarks = [...reports.flatMap(({ problems }) => problems), ...reports.flatMap(({ remarks: more }) => more)];
  return [...lines, ...(remarks.length > 0 ? ["", ...remarks.map((remark) => fit(remark, widestLine))] : [])].join(
    "\n",
  );
}

/** Adds the container's name to rows of the same address, and a number if the names are equal too. */
function tellApart(rows: readonly InstanceReport[]): InstanceReport[] {
  const named = numberBy(rows).map(({ row, alone }) =>
    alone || row.container === "" ? row : { ...row, instance: `${row.instance} (${row.container})` },
  );
  return numberBy(named).map(({ row, alone, number }) =>
    alone ? row : { ...row, instance: `${row.instance} #${number}` },
  );
}

function numberBy(rows: readonly InstanceReport[]): { row: InstanceReport; alone: boolean; number: number }[] {
  const key = ({ host, check, instance }: InstanceReport): string => [host, check, instance].join("\0");
  const counts = new Map<string, number>();
  const numbered = rows.map((row) => {
    const number = (counts.get(key(row)) ?? 0) + 1;
    counts.set(key(row), number);
    return { row, number };
  });
  return numbered.map(({ row, number }) => ({ row, number, alone: counts.get(key(row)) === 1 }));
}
