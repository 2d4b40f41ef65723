/** What a run of `pulumi` on one stack came to. */
export interface StackRun {
  readonly stack: string;
  readonly status: number;
  /** All that it printed, secrets masked by Pulumi itself. */
  readonly output: string;
  /** Where its hosts were found to differ from what `up` left there, a line for each; undefined where nothing was found. */
  readonly found?: readonly string[];
}

/** By this line a later run finds the comment of an earlier one. */
export const previewMark = "<!-- datadog-hosts: preview -->";

/** The title by which a later night finds the issue of an earlier one. */
export const driftTitle = "The hosts differ from what the stacks say";

/** GitHub takes no more than 65,536 characters in a comment or an issue. */
const longest = 65_000;

/** How many hosts of a stack are told outside of its folded part. */
const mostHosts = 20;

/** A comment with what a pull request would change, stack by stack. */
export function previewComment(runs: readonly StackRun[]): string {
  const lines = runs.map((run) => `| \`${run.stack}\` | ${run.status === 0 ? summaryOf(run.output) : "**failed**"} |`);
  const hosts = runs.flatMap(hostLines);
  return [
    previewMark,
    "### What this would change",
    "",
    "| stack | change |",
    "| --- | --- |",
    ...lines,
    "",
    ...hosts,
    ...details(runs, longest - hosts.join("\n").length),
  ].join("\n");
}

/** An issue about the stacks whose hosts are no longer as they were left, or can't be asked. */
export function driftIssue(runs: readonly StackRun[]): string {
  const lines = runs.map((run) => `- \`${run.stack}\`: ${drifted(run) ? "differs" : "could not be checked"}`);
  return [
    "Found by the nightly check. `make drift STACK=<stack>` looks again; `make up STACK=<stack>` puts right what can be put right.",
    "",
    ...lines,
    "",
    ...runs.flatMap(({ found = [] }) => found.map((line) => `- ${line}`)),
    "",
    ...details(runs),
  ].join("\n");
}

/** Whether a run has found a difference, rather than failed on its way. */
export function drifted({ output, found = [] }: Pick<StackRun, "output" | "found">): boolean {
  if (found.some((line) => !/^Host \S+: could not be looked at/.test(line))) return true;
  return /no changes were expected( for \w+)? but changes were proposed/.test(output);
}

/** The hosts of a stack that would not stay as they are, as `make preview` says it. */
function hostLines({ stack, output }: StackRun): string[] {
  const hosts = output.split("\n").filter((line) => /^Host \S+: (?!nothing to do)/.test(line));
  if (hosts.length === 0) return [];
  const more = hosts.length > mostHosts ? [`- and ${hosts.length - mostHosts} more hosts`] : [];
  return [`\`${stack}\``, "", ...hosts.slice(0, mostHosts).map((line) => `- ${line}`), ...more, ""];
}

function summaryOf(output: string): string {
  const block = /^Resources:\n((?: +.*(?:\n|$))+)/m.exec(output)?.[1] ?? "";
  const counts = block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return counts.length === 0 ? "none" : counts.join(", ");
}

/** What was printed, folded up; of a long one the end, which has the counts and the errors. */
function details(runs: readonly StackRun[], room = longest): string[] {
  const share = Math.max(Math.floor(room / Math.max(runs.length, 1)) - 500, 0);
  return runs.flatMap(({ stack, output }) => {
    const text = output.trim();
    const kept =
      text.length > share
        ? `… ${text.length - share} characters left out; the job's log has them\n${text.slice(text.length - share)}`
        : text;
    // No run of backticks in the output may end the block.
    const fence = "`".repeat(Math.max(3, ...[...kept.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    return [`<details><summary>${stack}</summary>`, "", fence, kept, fence, "", "</details>", ""];
  });
}
