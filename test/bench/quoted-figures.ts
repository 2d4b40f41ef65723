import { ownScenarios, type OwnScenario, type Scenario } from "./deploys/contender";
import type { StepCost } from "./deploys/measure";
import { median, quantile, type DeployFigure, type Results } from "./results";

/** Where the figures stand in a page: between these two lines. */
export const markers = {
  begin: "<!-- Figures of the kept measurement, written by `make bench-plots`. Don't edit by hand. -->",
  end: "<!-- End of the figures. -->",
} as const;

const ours = "this program";

/** A page with other figures between its markers. Throws if the page has no markers. */
export function withFigures(page: string, figures: string): string {
  const [begin, end] = [page.indexOf(markers.begin), page.indexOf(markers.end)];
  if (begin < 0 || end < begin) throw new Error("the page has no place for figures");
  return `${page.slice(0, begin + markers.begin.length)}\n\n${figures}\n\n${page.slice(end)}`;
}

/**
 * The figures of a run that docs/performance.md quotes, as Markdown: medians. What rests on stand-ins is marked, and
 * stands beside nothing that does not.
 */
export function quotedFigures(results: Results): string {
  return [deployTable(results), looksTable(results), swarmTable(results), reactions(results), footnote(results)]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What README quotes: the deploys that people wait for most often. */
export function quotedDeploys(results: Results): string {
  return [
    deployTable(results, quotedScenarios.slice(0, 3)),
    footnote({ ...results, standIns: programStandIns(results) }),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function programStandIns({ deploys }: Results): readonly string[] {
  return deploys.find(({ contender }) => contender === ours)?.standIns ?? [];
}

const quotedScenarios: readonly (readonly [Scenario, string])[] = [
  ["first", "first deploy"],
  ["nothing to do", "nothing to do"],
  ["generator's files changed", "one template changed"],
  ["agent's image changed", "agent's image changed"],
  ["destroy", "destroy"],
];

function deployTable({ deploys }: Results, asked = quotedScenarios): string {
  const measured = deploys.filter(({ contender }) => !contender.startsWith("Pulumi,"));
  const rests = measured.some(({ contender, standIns }) => contender === ours && standIns.length > 0);
  const comparable = measured.filter(({ standIns }) => standIns.length > 0 === rests);
  const contenders = [ours, ...new Set(comparable.map(({ contender }) => contender).filter((name) => name !== ours))];
  const sizes = [...new Set(comparable.map(({ hosts }) => hosts))].sort((a, b) => a - b);
  const delays = [...new Set(comparable.map(({ delay }) => delay))].sort((a, b) => a - b);
  const rows = asked.flatMap(([scenario, title]) =>
    [...new Set([sizes[0], sizes.at(-1)])].flatMap((hosts) =>
      delays.flatMap((delay) => {
        const of = (contender: string): DeployFigure | undefined =>
          comparable.find(
            (one) =>
              one.contender === contender && one.scenario === scenario && one.hosts === hosts && one.delay === delay,
          );
        const own = of(ours);
        if (own === undefined || hosts === undefined) return [];
        const cells = contenders.map((contender) => cell(of(contender), own));
        const link = delay === 0 ? "" : `, ${delay} ms away`;
        return [[`${title}, ${hosts} ${hosts === 1 ? "host" : "hosts"}${link}`, ...cells]];
      }),
    ),
  );
  if (rows.length === 0) return "";
  const head = ["seconds", ...contenders.map((name) => (rests ? `${name}*` : name))];
  return asTable([head, ...rows]);
}

/** What only this program does: a row for each look and for a proof, a column for each number of hosts and each link. */
function looksTable({ deploys }: Results): string {
  const own = deploys.filter(({ contender }) => contender === ours);
  const places = [...new Set(own.map(({ hosts, delay }) => `${hosts} ${delay}`))]
    .map((place) => place.split(" ").map(Number) as [hosts: number, delay: number])
    .sort(([a, c], [b, d]) => a - b || c - d);
  const mark = own.some(({ standIns }) => standIns.length > 0) ? "*" : "";
  const rows = ownScenarios.flatMap((scenario) => {
    const figures = own.filter((figure) => figure.scenario === scenario);
    if (figures.length === 0) return [];
    const cells = places.map(([hosts, delay]) => {
      const runs = figures.find((figure) => figure.hosts === hosts && figure.delay === delay)?.runs ?? [];
      return runs.length === 0 ? "–" : wallAndConnections(runs);
    });
    return [[`${titles[scenario]}${mark}`, ...cells]];
  });
  if (rows.length === 0) return "";
  const heads = places.map(
    ([hosts, delay]) => `${hosts} ${hosts === 1 ? "host" : "hosts"}${delay === 0 ? "" : `, ${delay} ms away`}`,
  );
  return asTable([["seconds (ssh connections)", ...heads], ...rows]);
}

const titles: Readonly<Record<OwnScenario, string>> = {
  status: "`make status`",
  drift: "`make drift`",
  "check of a container": "`make check`",
  render: "`make render`",
  "preview with LIVE=yes": "`make preview LIVE=yes`",
  "files changed, with a proof": "one template changed, with a proof",
};

function wallAndConnections(runs: readonly StepCost[]): string {
  return `${median(runs.map(({ wall }) => wall)).toFixed(1)} (${median(runs.map(({ connections }) => connections))})`;
}

/** A list of hosts beside a Swarm of the same machines: a row for each scenario and kind, a column for each number of them. */
function swarmTable({ swarm }: Results): string {
  const { deploys = [] } = swarm ?? {};
  const sizes = [...new Set(deploys.map(({ hosts }) => hosts))].sort((a, b) => a - b);
  const rows = quotedScenarios.flatMap(([scenario, title]) => {
    const own = deploys.filter((figure) => figure.scenario === scenario);
    return [...new Set(own.map(({ contender }) => contender))].map((contender) => {
      const kind = contender === ours ? "list of hosts" : "Swarm";
      const mark = own.some(({ standIns }) => standIns.length > 0) ? "*" : "";
      const cells = sizes.map((size) => {
        const runs = own.find((figure) => figure.contender === contender && figure.hosts === size)?.runs ?? [];
        return runs.length === 0 ? "–" : wallAndConnections(runs);
      });
      return [`${title}, ${kind}${mark}`, ...cells];
    });
  });
  if (rows.length === 0) return "";
  const nodes = sizes.map((size) => `${size} ${size === 1 ? "machine" : "machines"}`);
  return asTable([["seconds (ssh connections)", ...nodes], ...rows]);
}

/** A table in Markdown; the first row is its head. */
function asTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

/** A median, and for others how many times this program's it is. */
function cell(figure: DeployFigure | undefined, own: DeployFigure): string {
  if (figure === undefined) return "–";
  const wall = (of: DeployFigure): number => median(of.runs.map((run) => run.wall));
  const times = figure === own ? "" : ` (${(wall(figure) / wall(own)).toFixed(1)} ×)`;
  return `${wall(figure).toFixed(1)}${times}`;
}

function reactions({ reactions: figures, costs }: Results): string {
  const containers = Math.max(...figures.map((figure) => figure.containers));
  const there = figures.filter((figure) => figure.containers === containers && figure.seconds.length > 0);
  const others = new Set(there.map(({ contender }) => contender).filter((name) => name !== ours));
  const lines = [...new Set([ours, ...others])].flatMap((contender) => {
    const of = (what: RegExp) => there.find((figure) => figure.contender === contender && what.test(figure.what));
    const [start, burst] = [of(/^start, to the file$/), of(/processor time/)];
    const cost = costs.find((one) => one.contender === contender && one.containers === containers);
    if (start === undefined) return [];
    return [
      [
        start.standIns.length > 0 ? `${contender}*` : contender,
        ...[0.5, 0.99].map((part) => `${quantile(start.seconds, part).toFixed(1)} s`),
        burst === undefined ? "–" : `${median(burst.seconds).toFixed(1)} s`,
        cost === undefined ? "–" : `${cost.mebibytes.toFixed(0)} MiB`,
      ],
    ];
  });
  if (lines.length === 0) return "";
  const count = /^\d+ starts/.exec(there.find(({ what }) => /processor time/.test(what))?.what ?? "")?.[0];
  const head = [
    `generator, ${containers} containers there`,
    "start to config, p50",
    "p99",
    `processor time of ${count ?? "starts"}`,
    "memory",
  ];
  return asTable([head, ...lines]);
}

function footnote({ at, machine, standIns, deploys }: Results): string {
  const runs = Math.max(1, ...deploys.map((figure) => figure.runs.length));
  const measured = `${runs === 1 ? "One run each" : `Medians of ${runs} runs`}; ${at.slice(0, 10)}, ${machine.processors} processors, Node.js ${machine.node.replace(/^v/, "")}.`;
  if (standIns.length === 0) return measured;
  return `${measured} \\* rests on [stand-ins](toolchain.md), says nothing about the vendors' programs, and is not comparable with other programs.`;
}
