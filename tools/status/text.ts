import type { Shown } from "../shared/shown";
import { truncate, pad, widthOf, wrap } from "../shared/terminal-text";
import { wholeSwarm } from "../swarm/look";
import type { ContainerRow, Difference, HostReport, InstanceReport, Fix } from "./schema";

/** How a report is printed. */
export interface TextOptions {
  /** The width of the screen, in columns. Default: 80. Lines that are to be copied are never cut. */
  readonly width?: number;
  /** Whether to use colours. Default: no. */
  readonly colours?: boolean;
  /** What is shown of each host; `drift`: only its differences from the stack. Default: everything. */
  readonly about?: "everything" | "drift";
}

type State = "ok" | "FAIL" | "wait" | "--";

const states: Readonly<Record<ContainerRow["watch"], State>> = {
  watched: "ok",
  failing: "FAIL",
  waiting: "wait",
  unwatched: "--",
};

/** Terminals' codes for the colours of the states. */
const colourOf: Readonly<Record<State, number>> = { ok: 32, FAIL: 31, wait: 36, "--": 33 };

/** What stands before a line to be copied, by the place where it belongs. */
const places: Readonly<Record<Fix["place"], string>> = {
  container: "add to docker run:",
  stack: "in the stack's file:",
  entry: "in the host's entry in the stack's file:",
  server: "in the server's config:",
  host: "on the host:",
  manager: "on a manager:",
};

/** The narrowest screen that the text is made for, in columns. */
const narrowest = 40;

/** The longest text below a row, in columns of the screen: a container chooses it and could make it very long. */
const longestText = 400;

/** The widest tag, in columns of the screen. */
const widestTag = 60;

const indent = "      ";

/** The report for people, host by host: its instances, its containers that are not watched, problems, drift, remarks. */
export function formatReports(reports: readonly Shown<HostReport>[], options: TextOptions = {}): string {
  const width = Math.max(options.width ?? 80, narrowest);
  const { about = "everything", colours = false } = options;
  const blocks = reports.map((report) => {
    const lines =
      about === "drift"
        ? [
            ...report.problems.flatMap((text) => wrap(truncate(text, longestText), width, "  ")),
            ...driftLines(report, width),
          ]
        : hostLines(report, width, colours);
    return lines.join("\n");
  });
  return blocks.filter((block) => block !== "").join(about === "drift" ? "\n" : "\n\n");
}

function hostLines(report: Shown<HostReport>, width: number, colours: boolean): string[] {
  const { host, reached, containers, instances, problems, remarks, drift } = report;
  const own = (texts: readonly string[]): string[] => texts.map((text) => text.slice(host.length + 2));
  if (!reached) return listed(`${host}: can't be asked`, own(problems), width);
  // Rows of containers cover most instances; the others belong to no container.
  const covered = new Set(containers.map((row) => keyOf(row.check, row.instance)));
  const rest = instances.filter((instance) => !covered.has(keyOf(instance.check, instance.instance)));
  const rows = [...rest.map((instance) => instanceRow(instance)), ...containers.map(containerRow)];
  const told = new Set(containers.filter(({ reason }) => reason !== null).map(({ container }) => container));
  return [
    ...wrap(summary(report), width, "  "),
    ...rows.flatMap((row) => rowLines(row, width, colours)),
    ...listed("Problems:", own(problems), width),
    ...listed("Drift:", drift.map(describeDifference), width),
    ...listed(
      "Remarks:",
      own(remarks).filter((remark) => !isTold(remark, told)),
      width,
    ),
  ];
}

function keyOf(check: string, instance: string): string {
  return `${check} ${instance}`;
}

/** Whether a remark says what the row of its container says already. */
function isTold(remark: string, told: ReadonlySet<string>): boolean {
  const [, quoted, plain] =
    /^(?:"([^"]{1,300})" has no instance|([\w.-]{1,300}):? (?:has no instance|is paused|restarts again|asks for|its \w+ config))/.exec(
      remark,
    ) ?? [];
  const name = quoted ?? plain;
  return name !== undefined && [...told].some((one) => one === name || (name.length >= 128 && one.startsWith(name)));
}

function summary({ host, containers, unknown, problems, drift }: Shown<HostReport>): string {
  const names = (watch: ContainerRow["watch"]): number =>
    new Set(containers.filter((row) => row.watch === watch).map(({ container }) => container)).size;
  const running = new Set(containers.map(({ container }) => container)).size + unknown;
  const counts: readonly (readonly [number, string])[] = [
    [names("watched"), "watched"],
    [names("failing"), "failing"],
    [names("waiting"), "waiting for the first run"],
    [names("unwatched"), "recognised and not watched"],
    [unknown, "unknown"],
    [problems.length, problems.length === 1 ? "problem" : "problems"],
    [drift.length, drift.length === 1 ? "difference from the stack" : "differences from the stack"],
  ];
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (host === wholeSwarm) return `${host}: ${parts.join(", ")}`;
  return `${host}: ${running} ${running === 1 ? "container runs" : "containers run"}${parts.length > 0 ? `; ${parts.join(", ")}` : ""}`;
}

/** One row with what stands below it. */
interface Row {
  readonly state: State;
  readonly check: string;
  readonly what: string;
  readonly result: string;
  readonly below: readonly string[];
  readonly fixes: readonly Fix[];
}

function instanceRow({ check, instance, container, tags, collected, error, runs, since }: InstanceReport): Row {
  return {
    state: error !== "" ? "FAIL" : runs === 0 ? "wait" : "ok",
    check,
    what: container === "" ? instance : container,
    result: collected,
    below: [hostResourceOf(container === "" ? "" : instance, tags), ...errorLines(error, since)],
    fixes: [],
  };
}

function containerRow(row: ContainerRow): Row {
  const { watch, check, container, collected, instance, tags, error, since, why, fixes, recognisedBy } = row;
  const isUnwatched = watch === "unwatched";
  return {
    state: states[watch],
    check,
    what: container,
    result: isUnwatched ? "not watched" : collected,
    below: [
      ...(isUnwatched ? [`recognised by its ${recognisedBy}; ${why}`] : [hostResourceOf(instance, tags)]),
      ...errorLines(error, since),
      ...(isUnwatched || why === "" ? [] : [why]),
    ],
    fixes,
  };
}

function hostResourceOf(instance: string, tags: readonly string[]): string {
  return [instance, ...tags.map((tag) => truncate(tag, widestTag))].filter((text) => text !== "").join(" ");
}

function errorLines(error: string, since: string | null): string[] {
  if (error === "") return [];
  return [`fails${since === null ? "" : ` since ${since.replace("T", " ").replace("Z", " UTC")}`}: ${error}`];
}

/** The widest name of a check, in columns of the screen. */
const widestCheck = 20;

/** The columns of a row before its last one. */
const columns = { state: 4, check: 12 } as const;

function rowLines({ state, check, what, result, below, fixes }: Row, width: number, colours: boolean): string[] {
  const shownState = colours
    ? `\u001b[${colourOf[state]}m${pad(state, columns.state)}\u001b[0m`
    : pad(state, columns.state);
  const shownCheck = pad(truncate(check, widestCheck), columns.check);
  const before = `${shownState}  ${shownCheck}  `;
  const free = width - columns.state - 2 - widthOf(shownCheck) - 2;
  const left = free - widthOf(result) - 2;
  // A name is to be copied, so it is never cut: a long one has its line for itself, and the result the next one.
  const [name = "", ...rest] = widthOf(what) <= left ? [pad(what, left)] : wrap(truncate(what, longestText), free);
  const isAlone = widthOf(what) > left;
  return [
    `${before}${name}${isAlone ? "" : `  ${result}`}`.trimEnd(),
    ...(isAlone
      ? [...rest.map((part) => indent + part), `${" ".repeat(Math.max(width - widthOf(result), 0))}${result}`]
      : []),
    ...below.flatMap((text) => wrap(truncate(text, longestText), width - indent.length).map((line) => indent + line)),
    ...fixes.flatMap(({ place, line }) => {
      const before = indent + describePlace({ place, line });
      const whole = `${before} ${line}`;
      return widthOf(whole) <= width ? [whole] : [before, `${indent}  ${line}`];
    }),
  ];
}

/** What stands before a line to be copied. Docker refuses a second network beside `none` or `host`. */
function describePlace({ place, line }: Fix): string {
  return place === "container" && line.startsWith("--network ") ? "in docker run, as its only network:" : places[place];
}

function listed(title: string, texts: readonly string[], width: number): string[] {
  if (texts.length === 0) return [];
  return [
    title,
    ...texts.flatMap((text) => wrap(truncate(text, longestText), width - 2, "  ").map((line) => `  ${line}`)),
  ];
}

function describeDifference({ text, remedy }: Difference): string {
  return `${text}. ${remedy}`;
}

function driftLines({ host, drift }: Shown<HostReport>, width: number): string[] {
  const place = host === wholeSwarm ? "The Swarm" : `Host ${host}`;
  return drift.flatMap((one) => wrap(truncate(`${place}: ${describeDifference(one)}`, longestText), width, "  "));
}
