import { recordedSeries, type Intake } from "../../../tools/sandbox/intake";

/** Series of a host whose gaps are looked for. */
export interface Watched {
  readonly host: string;
  /** What the names of its metrics begin with. */
  readonly metric: string;
  /** From when on, in milliseconds since 1970; a gap may have begun half a minute before. */
  readonly since: number;
}

/** The longest time in milliseconds between two arrivals of a host's series. */
export async function longestGapOf(intake: Intake, { host, metric, since }: Watched): Promise<number> {
  const series = (await recordedSeries(intake)).filter(
    (one) => one.host === host && one.metric.startsWith(metric) && one.receivedAt > since - 30_000,
  );
  const times = [...new Set(series.map(({ receivedAt }) => receivedAt))].sort((a, b) => a - b);
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}
