import { randomUUID } from "node:crypto";

/** One question to a host. */
export interface Question {
  readonly name: string;
  /** A shell command. `$mark` in it is a separator that nobody on the host can guess. */
  readonly command: string;
  /** Questions of different lanes are asked at the same time. Default: a lane that all such questions share. */
  readonly lane?: string;
}

/** The answer to one question. */
export interface Answer {
  /** What the command printed. */
  readonly text: string;
  /** The exit status; 124 after a timeout. */
  readonly status: number;
  /** The end of its output on stderr. */
  readonly stderr: string;
  /** Whether the text was cut off. */
  readonly cut: boolean;
}

/** The answer to a question that was not asked, or was not reached. */
export const noAnswer: Answer = { text: "", status: 255, stderr: "", cut: false };

/** The most that is read of one answer, in bytes: 10,000 instances of an agent are about 20 MiB. */
export const mostBytes = 32 * 1024 * 1024;

/** Time limit of one question on the host, in seconds. */
const mostSeconds = 30;

/**
 * A shell script that asks some questions: those of a lane one after the other, the lanes side by side.
 * @param mark the separator between answers. Default: a new one at each call.
 */
export function questionScript(questions: readonly Question[], mark: string = randomUUID()): string {
  return [
    `mark=${mark}`,
    "export mark",
    "limit=",
    `if command -v timeout >/dev/null; then limit='timeout ${mostSeconds}'; fi`,
    // Descriptor 3 carries the command's output, cut off; 4 carries the end of its stderr, followed by its status.
    "ask() {",
    '  printf \'%s answer %s\\n\' "$mark" "$1"',
    `  { end=$({ { $limit sh -c "$2" 2>&4 4>&- </dev/null; printf '\\n%s' "$?" >&4; } | head -c ${mostBytes} >&3; } 4>&1 | tail -c 2000); } 3>&1`,
    '  printf \'\\n%s end %s\\n\' "$mark" "$1"',
    "  printf '%s\\n' \"$end\"",
    "}",
    ...sideBySide(questions),
    "printf '%s done\\n' \"$mark\"",
    "",
  ].join("\n");
}

/**
 * Lines that ask all questions. The output of each lane waits in a pipe until the lanes after it have ended, so that the
 * answers don't mix.
 */
function sideBySide(questions: readonly Question[]): string[] {
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

/** The answers in the output of {@link questionScript}'s script, by the questions' names. */
export function readAnswers(output: string, mark: string): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const part of output.split(`${mark} answer `).slice(1)) {
    const [before = "", after] = part.split(`\n${mark} end `);
    const name = before.slice(0, before.indexOf("\n"));
    const text = before.slice(before.indexOf("\n") + 1);
    const end = (after ?? "").split(`\n${mark} done`)[0]?.trimEnd().split("\n").slice(1) ?? [];
    const status = Number(end.pop() ?? noAnswer.status);
    answers.set(name, { text, status, stderr: end.join("\n").trim(), cut: Buffer.byteLength(text) >= mostBytes });
  }
  return answers;
}

/** A text as one quoted word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
