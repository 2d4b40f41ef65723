import { cpus, loadavg } from "node:os";
import { basename, dirname } from "node:path";

import type { PeakMemory } from "./peak-memory";

/** What one process of a run has cost; see profiled-process.cjs. */
export interface ProcessCost {
  readonly program: string;
  readonly seconds: number;
  readonly megabytes: number;
  readonly loading: Readonly<Record<string, number>>;
}

/** What one run has cost. */
export interface RunCost {
  /** In seconds. */
  readonly wall: number;
  /** Processor seconds of all processes, those that are no Node.js included. */
  readonly processor: number;
  /** Of all processes together. */
  readonly peak: PeakMemory;
  readonly processes: readonly ProcessCost[];
}

/**
 * Tables of what previews cost, in Markdown.
 * @param costs by what was run; the first one is what the rest is compared with.
 * @param standIns parts of the toolchain that are stand-ins.
 */
export function describeProfile(costs: ReadonlyMap<string, readonly RunCost[]>, standIns: readonly string[]): string {
  const names = [...costs.keys()];
  const row = (what: string, value: (runs: readonly RunCost[]) => number, digits = 2): string[] => [
    what,
    ...names.map((name) => value(costs.get(name) ?? []).toFixed(digits)),
  ];
  const overRuns = (of: (cost: RunCost) => number) => (all: readonly RunCost[]) => median(all.map(of));
  const processNames = unique([...costs.values()].flat().flatMap(({ processes }) => processes.map(nameOf)));
  const processorOf = (process: string) =>
    overRuns(({ processes }) => sum(processes.filter((one) => nameOf(one) === process).map((one) => one.seconds)));
  const loadingOf = (cost: RunCost): Readonly<Record<string, number>> =>
    cost.processes.find((one) => nameOf(one) === "program")?.loading ?? {};
  const packages = unique([...costs.values()].flat().flatMap((cost) => Object.keys(loadingOf(cost))));
  const floorLoading = (name: string): number =>
    overRuns((cost) => loadingOf(cost)[name] ?? 0)(costs.get(names[0] ?? "") ?? []);
  const longest = packages.sort((a, b) => floorLoading(b) - floorLoading(a)).slice(0, 12);
  return [
    `Median of ${costs.get(names[0] ?? "")?.length ?? 0} runs in turns; Node.js ${process.version}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1) ?? "?"} at the end.`,
    standIns.length > 0 ? `Stand-ins: ${standIns.join(", ")}.` : "All programs are the vendors'.",
    "",
    table([
      ["seconds", ...names],
      row(
        "wall clock",
        overRuns(({ wall }) => wall),
      ),
      row(
        "processor, all processes",
        overRuns(({ processor }) => processor),
      ),
      row(
        "processor, Node.js processes",
        overRuns(({ processes }) => sum(processes.map((one) => one.seconds))),
      ),
      ...processNames.map((name) => row(`- ${name}`, processorOf(name))),
    ]),
    "",
    table([
      ["milliseconds of loading in the program", ...names],
      ...longest.map((name) =>
        row(
          name,
          overRuns((cost) => loadingOf(cost)[name] ?? 0),
          0,
        ),
      ),
      row(
        "all",
        overRuns((cost) => sum(Object.values(loadingOf(cost)))),
        0,
      ),
    ]),
    "",
    table([
      ["megabytes and processes", ...names],
      row(
        "largest Node.js process",
        overRuns(({ processes }) => Math.max(...processes.map((one) => one.megabytes))),
        0,
      ),
      row(
        "all processes together, at their peak",
        overRuns(({ peak }) => peak.megabytes),
        0,
      ),
      row(
        "processes at that moment",
        overRuns(({ peak }) => peak.processes),
        0,
      ),
    ]),
  ].join("\n");
}

/** What a process is in a preview. */
function nameOf({ program }: ProcessCost): string {
  if (program.endsWith("cmd/run/index.js")) return "program";
  if (program.endsWith("tools/start.cjs")) return "make target";
  return /(language-nodejs|resource-\w+)/.exec(program)?.[1] ?? basename(dirname(program));
}

function table(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "--:"))), ...body.map(line)].join("\n");
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
