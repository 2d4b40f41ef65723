import { comparedScenarios, ownScenarios, scenarios } from "./deploys/contender";
import { median, noise, quantile, type DeployFigure, type Results } from "./results";

/** All figures of a run as text: tables for people, with a mark where stand-ins were measured. */
export function describeResults(results: Results): string {
  const { at, machine, standIns, failed, deploys, swarm, reactions, costs } = results;
  const compared = swarm?.deploys ?? [];
  const spread = Math.max(0, ...[...deploys, ...compared].map(({ runs }) => noise(runs.map(({ wall }) => wall))));
  const marked = (name: string, used: readonly string[]): string => (used.length > 0 ? `${name} *` : name);
  const deployTables = groups(
    deploys,
    ({ hosts, delay }) => `${hosts} ${hosts === 1 ? "host" : "hosts"}, ${link(delay)}`,
  ).map(([title, figures]) => [
    `Deploys, ${title}: seconds (processor seconds, ssh connections)`,
    ...table([
      ["", ...scenarios],
      ...groups(figures, ({ contender, standIns: used }) => marked(contender, used)).map(([name, own]) => [
        name,
        ...scenarios.map((scenario) => cell(own, scenario)),
      ]),
    ]),
    "",
  ]);
  const ownRows = groups(
    deploys.filter(({ scenario }) => (ownScenarios as readonly string[]).includes(scenario)),
    ({ contender, standIns: used, hosts, delay }) =>
      marked(`${contender}, ${hosts} ${hosts === 1 ? "host" : "hosts"}, ${link(delay)}`, used),
  ).map(([name, own]) => [name, ...ownScenarios.map((scenario) => cell(own, scenario))]);
  const swarmRows = groups(compared, ({ contender, standIns: used, hosts }) =>
    marked(`${contender}, ${hosts} ${hosts === 1 ? "host" : "hosts"}`, used),
  ).map(([name, own]) => [name, ...comparedScenarios.map((scenario) => cell(own, scenario))]);
  const reactionRows = reactions.map(({ contender, what, containers, standIns: used, seconds }) => [
    marked(contender, used),
    what,
    String(containers),
    ...[0.5, 0.99, 1].map((part) => (seconds.length === 0 ? "never" : quantile(seconds, part).toFixed(2))),
  ]);
  const costRows = costs.map(({ contender, containers, standIns: used, mebibytes, idleSeconds }) => [
    marked(contender, used),
    String(containers),
    mebibytes.toFixed(1),
    idleSeconds.toFixed(2),
  ]);
  return [
    ...deployTables.flat(),
    "Looks and proofs: seconds (processor seconds, ssh connections)",
    ...table([["", ...ownScenarios], ...ownRows]),
    "",
    "A list of hosts and a Swarm of the same machines: seconds (processor seconds, ssh connections)",
    ...table([["", ...comparedScenarios], ...swarmRows]),
    "",
    "Reaction: seconds",
    ...table([["", "", "containers there", "p50", "p99", "most"], ...reactionRows]),
    "",
    "The generator",
    ...table([["", "containers there", "MiB", "processor seconds in a quiet minute"], ...costRows]),
    "",
    `${at}; ${machine.processors} processors, Node.js ${machine.node}, load ${machine.load.map((load) => load.toFixed(1)).join(" before, ")} after; ` +
      `the runs of a figure lie at most ${(spread * 100).toFixed(0)} % apart.`,
    standIns.length > 0
      ? `* rests on stand-ins, and says nothing about the vendors' programs. Stand-ins: ${standIns.join(", ")}.`
      : "All programs are the vendors'.",
    ...failed.map((reason) => `Not measured: ${reason}`),
  ].join("\n");
}

/** What the runs of a scenario took: seconds, processor seconds, ssh connections. */
function cell(figures: readonly DeployFigure[], wanted: DeployFigure["scenario"]): string {
  const runs = figures.find(({ scenario }) => scenario === wanted)?.runs ?? [];
  const of = (key: "wall" | "processor" | "connections"): number => median(runs.map((run) => run[key]));
  return runs.length === 0 ? "–" : `${of("wall").toFixed(1)} (${of("processor").toFixed(1)}, ${of("connections")})`;
}

const link = (delay: number): string => (delay === 0 ? "plain link" : `${delay} ms each way`);

/** Values by what a function says of them, in the order of their first. */
function groups<Value>(values: readonly Value[], by: (value: Value) => string): [string, Value[]][] {
  const found = new Map<string, Value[]>();
  for (const value of values) found.set(by(value), [...(found.get(by(value)) ?? []), value]);
  return [...found];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
