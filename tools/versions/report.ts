import { shown } from "../shared/shown";
import { pad, widthOf } from "../shared/terminal-text";

/** One thing that has a version. */
export interface Row {
  /** Such as `Pulumi: program, language host and SDK`. */
  readonly name: string;
  /** The version that this clone uses. */
  readonly used: string;
  /** The newest version, or why it is not known. */
  readonly newest: string;
  /** Whether that is newer than the one in use. */
  readonly outdated: boolean;
}

/** The lines of a table of versions, aligned, with `newer` at those that are outdated. */
export function describeVersions(rows: readonly Row[]): string[] {
  const cells = rows.map(({ name, used, newest, outdated }) => [name, used, outdated ? `${newest} (newer)` : newest]);
  const all = [["what", "used", "newest"], ...cells.map((row) => shown(row))];
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  return all.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
