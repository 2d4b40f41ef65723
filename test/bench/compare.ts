import { median, noise, type Results } from "./results";

/** What is compared: how it is called, and which differences are no news even if the runs of both lie closer together. */
interface Kind {
  /** What the values count, such as `s`. */
  readonly unit: string;
  /** A value may be so much worse, as a part of it. */
  readonly tolerance: number;
  /** And by so much, in the unit. */
  readonly difference: number;
}

/** Differences below are the clock's and the scheduler's. */
const wallClock: Kind = { unit: "s", tolerance: 0.25, difference: 0.3 };

/** Processor time depends less on what else the machine does. */
const processorTime: Kind = { unit: "processor s", tolerance: 0.15, difference: 0.2 };

/** The docker provider may need one more or less on each host. */
const connections = (hosts: number): Kind => ({ unit: "ssh connections", tolerance: 0, difference: hosts });

/** What was measured of one thing. */
interface Figure extends Kind {
  readonly values: readonly number[];
}

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
  for (const [name, { values, unit, difference, ...kind }] of now) {
    const earlier = old.get(name)?.values;
    // Some ways never do some things: they have no time.
    if (earlier === undefined || earlier.length === 0) continue;
    const [a, b] = [median(earlier), median(values)];
    if (values.length === 0) {
      worse = true;
      lines.push(`WORSE  ${name}: ${a.toFixed(2)} ${unit} before, never now`);
      continue;
    }
    const tolerance = Math.max(kind.tolerance, noise(earlier), noise(values));
    const isWorse = b > a * (1 + tolerance) && b - a > difference;
    worse ||= isWorse;
    lines.push(
      `${isWorse ? "WORSE" : "     "}  ${name}: ${a.toFixed(2)} ${unit} before, ${b.toFixed(2)} now (noise ${(tolerance * 100).toFixed(0)} %)`,
    );
  }
  if (lines.length === 0) return { lines: ["The two runs have no figure in common."], worse: true };
  return { lines, worse };
}

/** All figures of a run by a name that says what was measured, stand-ins included. */
function figuresOf({ deploys, swarm, reactions }: Results): ReadonlyMap<string, Figure> {
  const suffix = (standIns: readonly string[]): string => (standIns.length > 0 ? ` [${standIns.join(", ")}]` : "");
  return new Map([
    ...[
      ...deploys.map((figure) => ["", figure] as const),
      ...(swarm?.deploys ?? []).map((figure) => ["beside a Swarm: ", figure] as const),
    ].flatMap(([part, { contender, scenario, hosts, delay, standIns, runs }]): [string, Figure][] => {
      const name = `${part}${contender}, ${scenario}, hosts ${hosts}, ${delay} ms${suffix(standIns)}`;
      return [
        [name, { ...wallClock, values: runs.map(({ wall }) => wall) }],
        [`${name}, work`, { ...processorTime, values: runs.map(({ processor }) => processor) }],
        [`${name}, connections`, { ...connections(hosts), values: runs.map((run) => run.connections) }],
      ];
    }),
    ...reactions.map(({ contender, what, containers, standIns, seconds }): [string, Figure] => [
      `${contender}, ${what}, containers ${containers}${suffix(standIns)}`,
      { ...wallClock, values: seconds },
    ]),
  ]);
}
