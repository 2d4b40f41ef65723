import { statusSchema } from "../status/schema";

/** The result of a run of `pulumi` on one stack. */
export interface StackRun {
  readonly stack: string;
  readonly status: number;
  /** Its whole output. Pulumi itself masks secrets. */
  readonly output: string;
  /** One line for each difference between its hosts and the state that `up` left; undefined if there are none. */
  readonly found?: readonly string[];
}

/** The line by which a run finds the comment of an earlier run. */
export const previewMark = "<!-- datadog-hosts: preview -->";

/** The issue's title, by which a run finds the issue of an earlier run. */
export const driftTitle = "The hosts differ from what the stacks say";

/** Maximum length of a comment or issue, in characters. GitHub's limit is 65,536. */
const maxLength = 65_000;

/** Maximum number of hosts of a stack that are listed above the folded output. */
const maxHosts = 20;

/** Maximum lengths of what is above the folded output, in characters, for all stacks together. */
const maxListed = 15_000;
const maxRendered = 30_000;

/** The comment that shows what a pull request would change in each stack. */
export function previewComment(runs: readonly StackRun[]): string {
  const lines = runs.map((run) => `| \`${run.stack}\` | ${run.status === 0 ? summaryOf(run.output) : "**failed**"} |`);
  const hosts = runs.flatMap((run) => [
    ...hostLines(run, Math.floor(maxListed / runs.length)),
    ...renderedLines(run, Math.floor(maxRendered / runs.length)),
  ]);
  return [
    previewMark,
    "### What this would change",
    "",
    "| stack | change |",
    "| --- | --- |",
    ...lines,
    "",
    ...hosts,
    ...details(runs, maxLength - hosts.join("\n").length),
  ].join("\n");
}

/** The issue that lists the stacks whose hosts have drifted or could not be checked. */
export function driftIssue(runs: readonly StackRun[]): string {
  const lines = [
    ...runs.map((run) => `- \`${run.stack}\`: ${drifted(run) ? "differs" : "could not be checked"}`),
    "",
    ...runs.flatMap(({ found = [] }) => listed(found, Math.floor(maxRendered / runs.length))),
    "",
  ];
  return [
    "Found by the nightly check. `make drift STACK=<stack>` checks again; `make up STACK=<stack>` repairs what it can.",
    "",
    ...lines,
    ...details(runs, maxLength - lines.join("\n").length),
  ].join("\n");
}

/** One line for each difference, and for each host that could not be reached, from the JSON output of `make drift`. */
export function driftLines(json: string): string[] {
  if (json.trim() === "") return [];
  const { hosts } = statusSchema.parse(JSON.parse(json));
  return hosts.flatMap(({ host, problems, drift }) => [
    ...problems,
    ...drift.map(({ text, remedy }) => `Host ${host}: ${text}. ${remedy}`),
  ]);
}

/** Whether a run failed because of a difference, not for another reason. */
export function drifted({ output, found = [] }: Pick<StackRun, "output" | "found">): boolean {
  if (found.some((line) => !/^Host \S+: could not be inspected/.test(line))) return true;
  return /no changes were expected( for \w+)? but changes were proposed/.test(output);
}

/** The hosts of a stack that would change, as `make preview` lists them. */
function hostLines({ stack, output }: StackRun, limit: number): string[] {
  const hosts = output.split("\n").filter((line) => /^Host \S+: (?!nothing to do|its configs )/.test(line));
  if (hosts.length === 0) return [];
  const more = hosts.length > maxHosts ? [`- and ${hosts.length - maxHosts} more hosts`] : [];
  return [`\`${stack}\``, "", ...listed(hosts.slice(0, maxHosts), limit), ...more, ""];
}

/** What would change in the configs of a stack's hosts, as a preview with `LIVE=yes` ends: containers say parts of it. */
function renderedLines({ stack, output }: StackRun, limit: number): string[] {
  const lines: string[] = [];
  let host: string | undefined;
  let isShown = false;
  for (const line of output.split("\n")) {
    if (/^Host \S+: /.test(line)) [host, isShown] = [line, false];
    else if (host === undefined || !/^ {2}[+~!-] /.test(line)) host = undefined;
    else {
      lines.push(...(isShown ? [] : [host]), line);
      isShown = true;
    }
  }
  if (lines.length === 0) return [];
  return [`In the configs of \`${stack}\`:`, "", ...fenced(limited(lines, limit).join("\n")), ""];
}

/** A list of lines as code, so that a host's words in them can't mention people or become links. */
function listed(lines: readonly string[], limit: number): string[] {
  return limited(lines.map(codeSpan), limit).map((line) => `- ${line}`);
}

/** The first lines, at most so many characters, and how many others there are. */
function limited(lines: readonly string[], limit: number): string[] {
  let length = 0;
  const kept = lines.filter((line) => (length += line.length + 1) <= limit);
  return lines.length > kept.length ? [...kept, `… ${lines.length - kept.length} more lines below`] : [...kept];
}

/** A text within a line. No run of backticks in the text ends it. */
function codeSpan(text: string): string {
  const ticks = ticksAround(text, 1);
  const blank = text.includes("`") ? " " : "";
  return `${ticks}${blank}${text}${blank}${ticks}`;
}

/** A block of text. No run of backticks in the text ends it. */
function fenced(text: string): string[] {
  const fence = ticksAround(text, 3);
  return [fence, text, fence];
}

function ticksAround(text: string, fewest: number): string {
  return "`".repeat(Math.max(fewest, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
}

function summaryOf(output: string): string {
  const block = /^Resources:\n((?: +.*(?:\n|$))+)/m.exec(output)?.[1] ?? "";
  const counts = block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return counts.length === 0 ? "none" : counts.join(", ");
}

/** The output of each run in a folded block. A long output is cut to its end, which has the counts and the errors. */
function details(runs: readonly StackRun[], limit: number): string[] {
  const share = Math.max(Math.floor(limit / Math.max(runs.length, 1)) - 500, 0);
  return runs.flatMap(({ stack, output }) => {
    const text = output.trim();
    const kept =
      text.length > share
        ? `… ${text.length - share} characters left out; the job's log has them\n${text.slice(text.length - share)}`
        : text;
    return [`<details><summary>${stack}</summary>`, "", ...fenced(kept), "", "</details>", ""];
  });
}
