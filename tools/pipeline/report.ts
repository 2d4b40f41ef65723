import { statusSchema } from "../status/schema";

/** The result of a run of `pulumi` on one stack. */
export interface StackRun {
  readonly stack: string;
  readonly status: number;
  /** Everything that it printed; Pulumi itself masks secrets. */
  readonly output: string;
  /** The differences between its hosts and what `up` left there, a line for each; undefined if there are none. */
  readonly found?: readonly string[];
}

/** A later run finds an earlier one's comment by this line. */
export const previewMark = "<!-- datadog-hosts: preview -->";

/** The title of the issue; a later run finds an earlier one's issue by it. */
export const driftTitle = "The hosts differ from what the stacks say";

/** The longest comment or issue, in characters; GitHub's limit is 65,536. */
const longest = 65_000;

/** The most hosts of a stack that are listed above its folded part. */
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

/** An issue about the stacks whose hosts have drifted or can't be asked. */
export function driftIssue(runs: readonly StackRun[]): string {
  const lines = runs.map((run) => `- \`${run.stack}\`: ${drifted(run) ? "differs" : "could not be checked"}`);
  return [
    "Found by the nightly check. `make drift STACK=<stack>` checks again; `make up STACK=<stack>` repairs what it can.",
    "",
    ...lines,
    "",
    ...runs.flatMap(({ found = [] }) => found.map((line) => `- ${line}`)),
    "",
    ...details(runs),
  ].join("\n");
}

/** A line for each difference that `make drift` has printed as JSON, and for each host that could not be asked. */
export function driftLines(json: string): string[] {
  if (json.trim() === "") return [];
  const { hosts } = statusSchema.parse(JSON.parse(json));
  return hosts.flatMap(({ host, problems, drift }) => [
    ...problems,
    ...drift.map(({ text, remedy }) => `Host ${host}: ${text}. ${remedy}`),
  ]);
}

/** Whether a run has found a difference, and did not fail for another reason. */
export function drifted({ output, found = [] }: Pick<StackRun, "output" | "found">): boolean {
  if (found.some((line) => !/^Host \S+: could not be looked at/.test(line))) return true;
  return /no changes were expected( for \w+)? but changes were proposed/.test(output);
}

/** The hosts of a stack that would change, as `make preview` lists them. */
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

/** The output of each run in a folded block; of a long output only the end, which has the counts and the errors. */
function details(runs: readonly StackRun[], limit = longest): string[] {
  const share = Math.max(Math.floor(limit / Math.max(runs.length, 1)) - 500, 0);
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
