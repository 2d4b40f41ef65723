import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";

import { UserError } from "../shared/errors";

/**
 * Returns what is wrong with an answer, as a phrase that follows it (`has fewer than 8 characters`), or undefined if it is
 * valid.
 */
export type Validator = (answer: string) => string | undefined;

/** Asks questions on the terminal. */
export class Prompts {
  private readonly readline: Interface;
  private readonly ended: Promise<never>;
  private quiet = false;
  private isAsking = false;

  /** @param output receives the questions. Default: stderr, since stdout belongs to the result. */
  constructor(
    input: NodeJS.ReadableStream = process.stdin,
    private readonly output: NodeJS.WritableStream = process.stderr,
  ) {
    const filtered = new Writable({
      write: (chunk: Buffer, _, done) => {
        if (!this.quiet) output.write(chunk);
        done();
      },
    });
    // Without a history, which would bring a secret back at the next question.
    this.readline = createInterface({ input, output: filtered, terminal: true, historySize: 0 });
    this.ended = new Promise((_, reject) => {
      this.readline.once("close", () => {
        // The cursor is still behind the question.
        if (this.isAsking) output.write("\n");
        reject(new UserError("The input has ended. Nothing was written."));
      });
    });
    // question() reports this rejection if a question is open; otherwise nobody needs it.
    this.ended.catch(() => undefined);
    this.readline.on("SIGINT", () => {
      output.write("\nNothing was written.\n");
      process.exit(130);
    });
  }

  /**
   * Asks until the answer is valid.
   * @param defaultAnswer stands for an empty answer. Default: an empty answer is validated like any other.
   */
  async ask(question: string, validate: Validator, defaultAnswer = ""): Promise<string> {
    for (;;) {
      const shownDefault = defaultAnswer === "" ? "" : ` [${defaultAnswer}]`;
      const answer = (await this.question(`${question}${shownDefault}: `)).trim() || defaultAnswer;
      const problem = validate(answer);
      if (problem === undefined) return answer;
      this.tell(`${answer === "" ? "An empty answer" : answer} ${problem.replace(/\.$/, "")}.`);
    }
  }

  /**
   * Asks whether a host's fingerprint is right, until the answer is yes, no, empty (which means no), or a text with a
   * fingerprint, such as what `ssh-keygen -l` prints.
   */
  async confirm(question: string, fingerprint: string): Promise<boolean> {
    for (;;) {
      const answer = (await this.question(`${question} [y/N]: `)).trim();
      if (/^y(es)?$/i.test(answer)) return true;
      if (/^(no?)?$/i.test(answer)) return false;
      const [pasted] = /SHA256:[A-Za-z0-9+/]+/.exec(answer) ?? [];
      if (pasted !== undefined) return pasted === fingerprint;
      this.tell("Answer yes or no, or paste the fingerprint that the machine prints.");
    }
  }

  /** Asks for a secret, without echo, until the answer is valid. */
  async askSecret(question: string, validate: Validator): Promise<string> {
    for (;;) {
      this.output.write(`${question} (not shown): `);
      this.quiet = true;
      const answer = (await this.question("")).trim();
      this.quiet = false;
      this.output.write("\n");
      const problem = validate(answer);
      if (problem === undefined) return answer;
      this.tell(`That ${problem}.`);
    }
  }

  /** Says something about the last answer. */
  tell(text: string): void {
    this.output.write(`  ${text}\n`);
  }

  close(): void {
    this.readline.close();
  }

  private async question(text: string): Promise<string> {
    this.isAsking = true;
    const answer = await Promise.race([this.readline.question(text), this.ended]);
    this.isAsking = false;
    return answer;
  }
}
