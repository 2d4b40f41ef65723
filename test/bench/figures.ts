/** One thing that was measured. */
export interface Figure {
  readonly what: string;
  /** In seconds, unless `unit` says otherwise. */
  readonly value: number;
  readonly unit?: string;
  /** What it may be at the most; undefined where nothing is promised. */
  readonly promised?: number;
}

/** How many seconds some work lasts. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** A table of figures, one a line. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, unit = "s", promised }) => [
    what,
    `${value.toFixed(unit === "s" ? 1 : 0)} ${unit}`,
    promised === undefined ? "" : `at most ${promised}${value <= promised ? "" : "  MISSED"}`,
  ]);
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(([what = "", value = "", promised = ""]) =>
      `${what.padEnd(width(0))}  ${value.padStart(width(1))}  ${promised}`.trimEnd(),
    )
    .join("\n");
}
