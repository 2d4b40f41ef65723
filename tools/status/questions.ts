import { randomUUID } from "node:crypto";

/** One thing that a host is asked. */
export interface Question {
  readonly name: string;
  /** A shell command. `$mark` in it is the word that sets apart what it prints; nobody on the host can guess it. */
  readonly command: string;
}

/** What one question came to. */
export interface Answer {
  /** What the command printed. */
  readonly text: string;
  /** How it ended; 124 where it took longer than it may. */
  readonly status: number;
  /** The end of what it said on stderr. */
  readonly said: string;
  /** Whether there was more than is read. */
  readonly cut: boolean;
}

/** The answer to a question that was not asked, or was not reached. */
export const noAnswer: Answer = { text: "", status: 255, said: "", cut: false };

/** Of one answer no more is read than this, in bytes: 10,000 instances of an agent are some 20 MiB. */
export const mostBytes = 32 * 1024 * 1024;

/** How long one question may take on the host, in seconds. */
const mostSeconds = 30;

/**
 * A shell script that asks some questions one after the other, and the word that sets its answers apart.
 * @param mark default: another one at each call.
 */
export function questionScript(questions: readonly Question[], mark: string = randomUUID()): string {
  return [
    `mark=${mark}`,
    "export mark",
    "limit=",
    `if command -v timeout >/dev/null; then limit='timeout ${mostSeconds}'; fi`,
    // Through: 3 what the command prints, cut off; 4 what it says beside that, and its status behind it, the end of both.
    "ask() {",
    '  printf \'%s answer %s\\n\' "$mark" "$1"',
    `  { end=$({ { $limit sh -c "$2" 2>&4 4>&- </dev/null; printf '\\n%s' "$?" >&4; } | head -c ${mostBytes} >&3; } 4>&1 | tail -c 2000); } 3>&1`,
    '  printf \'\\n%s end %s\\n\' "$mark" "$1"',
    "  printf '%s\\n' \"$end\"",
    "}",
    ...questions.map(({ name, command }) => `ask ${name} ${quote(command)}`),
    "printf '%s done\\n' \"$mark\"",
    "",
  ].join("\n");
}

/** The answers in what the script of {@link questionScript} has printed, by the questions' names. */
export function readAnswers(output: string, mark: string): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const part of output.split(`${mark} answer `).slice(1)) {
    const [before = "", after] = part.split(`\n${mark} end `);
    const name = before.slice(0, before.indexOf("\n"));
    const text = before.slice(before.indexOf("\n") + 1);
    const end = (after ?? "").split(`\n${mark} done`)[0]?.trimEnd().split("\n").slice(1) ?? [];
    const status = Number(end.pop() ?? noAnswer.status);
    answers.set(name, { text, status, said: end.join("\n").trim(), cut: Buffer.byteLength(text) >= mostBytes });
  }
  return answers;
}

/** A text as one word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
