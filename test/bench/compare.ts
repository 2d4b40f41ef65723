import { median, noise, type Results } from "./results";

/** A figure may be so much worse, as a part of it, even if the runs of both lie closer together. */
const leastTolerance = 0.25;

/** Differences below are the clock's and the scheduler's, in seconds. */
const leastDifference = 0.3;

/** What a comparison found. */
export interface Comparison {
  /** A line for each figure that both have. */
  readonly lines: readonly string[];
  /** Whether a figure is worse beyond the noise. */
  readonly worse: boolean;
}

/**
 * Compares a run with an earlier one, figure by figure. What rests on stand-ins is compared only if the same stand-ins were
 * used. Throws nothing: figures that only one of them has are left out.
 */
export function compareResults(before: Results, after: Results): Comparison {
  const [old, now] = [figuresOf(before), figuresOf(after)];
  const lines: string[] = [];
  let worse = false;
  for (const [name, values] of now) {
    const earlier = old.get(name);
    if (earlier === undefined) continue;
    const [a, b] = [median(earlier), median(values)];
    const tolerance = Math.max(leastTolerance, noise(earlier), noise(values));
    const isWorse = b > a * (1 + tolerance) && b - a > leastDifference;
    worse ||= isWorse;
    lines.push(
      `${isWorse ? "WORSE" : "     "}  ${name}: ${a.toFixed(2)} s before, ${b.toFixed(2)} s now (noise ${(tolerance * 100).toFixed(0)} %)`,
    );
  }
  if (lines.length === 0) return { lines: ["The two runs have no figure in common."], worse: true };
  return { lines, worse };
}

/** All times of a run by a name that says what was measured, stand-ins included. */
function figuresOf({ deploys, reactions }: Results): ReadonlyMap<string, readonly number[]> {
  const suffix = (standIns: readonly string[]): string => (standIns.length > 0 ? ` [${standIns.join(", ")}]` : "");
  return new Map([
    ...deploys.map(
      ({ contender, scenario, hosts, delay, standIns, runs }) =>
        [
          `${contender}, ${scenario}, hosts ${hosts}, ${delay} ms${suffix(standIns)}`,
          runs.map(({ wall }) => wall),
        ] as const,
    ),
    ...reactions.map(
      ({ contender, what, containers, standIns, seconds }) =>
        [`${contender}, ${what}, containers ${containers}${suffix(standIns)}`, seconds] as const,
    ),
  ]);
}
