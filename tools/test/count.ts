/** The result of one layer of tests. */
export interface Count {
  readonly passed: number;
  /** Names of the tests that failed, each with why in lines of its own where that is known. */
  readonly failed: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Names of the tests that passed only when they were tried again, each with why they failed at first. */
  readonly retried?: readonly string[];
}

/** The sum of several layers' counts. */
export function sum(counts: readonly Count[]): Count {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.flatMap(({ failed }) => failed),
    skipped: counts.flatMap(({ skipped }) => skipped),
    retried: counts.flatMap(({ retried }) => retried ?? []),
  };
}

/** The last lines of a run: the names of retried, failed and skipped tests, and on the last line only the count. */
export function closingLines({ passed, failed, skipped, retried = [] }: Count): string {
  return [
    ...retried.map((name) => `RETRIED  ${name}`),
    ...failed.map((name) => `FAILED   ${name}`),
    ...skipped.map(({ name, reason }) => `SKIPPED  ${name}: ${reason}`),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ].join("\n");
}

/** Counts the tests in the output of `go test -json` (cmd/test2json), which has one event per line. */
export function countGoEvents(output: string): Count {
  let passed = 0;
  const failed: string[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const line of output.split("\n")) {
    const event = parseEvent(line);
    if (event === undefined) continue;
    const name = `${event.Package ?? ""} > ${event.Test ?? "(package)"}`;
    if (event.Action === "fail" || event.Action === "build-fail") failed.push(name);
    else if (event.Test === undefined) continue;
    else if (event.Action === "pass") passed++;
    else if (event.Action === "skip") skipped.push({ name, reason: "see the test's own message" });
  }
  return { passed, failed, skipped };
}

interface GoEvent {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
}

function parseEvent(line: string): GoEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as GoEvent;
  } catch {
    return undefined;
  }
}
