import { randomUUID } from "node:crypto";

/** A command that reads something on a host. */
export interface Question {
  readonly name: string;
  /** A shell command. It can use `$mark`, a separator that nobody on the host can guess. */
  readonly command: string;
  /** Questions of different lanes run in parallel. Default: a common lane. */
  readonly lane?: string;
}

/** The answer to one question. */
export interface Answer {
  /** The command's output on stdout. */
  readonly text: string;
  /** The exit status; 124 after a timeout. */
  readonly status: number;
  /** The end of the command's output on stderr. */
  readonly stderr: string;
  /** Whether the text was cut off. */
  readonly cut: boolean;
}

/** The answer to a question that was not asked or did not run. */
export const noAnswer: Answer = { text: "", status: 255, stderr: "", cut: false };

/** Longer answers are cut, in bytes: 10,000 instances of an agent are about 20 MiB. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/** Time limit for one question on the host, in seconds. */
const questionTimeoutSeconds = 30;

/**
 * A shell script that runs the questions: those of a lane one after another, the lanes in parallel.
 * @param mark separator between answers. Default: a new random one.
 * @param before shell lines that run first, such as assignments of variables that the commands use. Default: none.
 */
export function questionScript(
  questions: readonly Question[],
  mark: string = randomUUID(),
  before: readonly string[] = [],
): string {
  return [
    `mark=${mark}`,
    "export mark",
    ...before,
    "limit=",
    `if command -v timeout >/dev/null; then limit='timeout ${questionTimeoutSeconds}'; fi`,
    // Descriptor 3 carries the command's cut output; 4 carries the end of its stderr and then its status.
    "ask() {",
    '  printf \'%s answer %s\\n\' "$mark" "$1"',
    `  { end=$({ { $limit sh -c "$2" 2>&4 4>&- </dev/null; printf '\\n%s' "$?" >&4; } | head -c ${maxAnswerBytes} >&3; } 4>&1 | tail -c 2000); } 3>&1`,
    '  printf \'\\n%s end %s\\n\' "$mark" "$1"',
    "  printf '%s\\n' \"$end\"",
    "}",
    ...parallelLanes(questions),
    "printf '%s done\\n' \"$mark\"",
    "",
  ].join("\n");
}

/**
 * Shell lines that run all lanes in parallel. The output of each lane waits in a pipe until the lanes after it have ended, so
 * that the answers don't mix.
 */
function parallelLanes(questions: readonly Question[]): string[] {
  const names = [...new Set(questions.map(({ lane = "" }) => lane))];
  const functions = names.map((name, index) => [
    `lane_${index}() {`,
    ...questions
      .filter(({ lane = "" }) => lane === name)
      .map(({ name: question, command }) => `ask ${question} ${quote(command)}`),
    "}",
  ]);
  const calls = names.map((_, index) => `lane_${index}`);
  return [
    ...functions.flat(),
    calls.reduceRight((later, call) => (later === "" ? call : `${call} | { ${later}; cat; }`), ""),
  ];
}

/** What a container's own shell is to read. */
export interface ContainerQuestion {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
}

/**
 * Asks questions in a container, one after another, by one `docker exec`: each one costs an engine a tenth of a second. If
 * it fails as a whole, the first question's answer says why, and the others have none.
 * @param container a word of the shell.
 */
export function inContainer(container: string, ...questions: [ContainerQuestion, ...ContainerQuestion[]]): Question {
  const script = questions.map(({ name, script: own, args }, index) => {
    const before = questions[index - 1];
    const next = `printf '\\n%s end ${before?.name}\\n%s\\n%s answer ${name}\\n' "$mark" "$?" "$mark"\n`;
    return `${before === undefined ? "" : next}(\nset -- ${args.map(quote).join(" ")}\n${own}\n)`;
  });
  return {
    name: questions[0].name,
    command: `docker exec --env mark="$mark" ${container} sh -c ${quote(script.join("\n"))}`,
  };
}

/** Reads the answers from the output of {@link questionScript}'s script, by the questions' names. */
export function readAnswers(output: string, mark: string): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const part of output.split(`${mark} answer `).slice(1)) {
    const [before = "", after] = part.split(`\n${mark} end `);
    const name = before.slice(0, before.indexOf("\n"));
    const text = before.slice(before.indexOf("\n") + 1);
    const end = (after ?? "").split(`\n${mark} done`)[0]?.trimEnd().split("\n").slice(1) ?? [];
    const status = Number(end.pop() ?? noAnswer.status);
    answers.set(name, { text, status, stderr: end.join("\n").trim(), cut: Buffer.byteLength(text) >= maxAnswerBytes });
  }
  return answers;
}

/** Quotes a text as one word for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
