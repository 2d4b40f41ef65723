import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";

import { UserError } from "../shared/errors";

/** What is wrong with an answer, to be read after it; undefined where nothing is. */
export type Judge = (answer: string) => string | undefined;

/** Asks a person on the terminal. */
export class Prompts {
  private readonly readline: Interface;
  private readonly ended: Promise<never>;
  private quiet = false;

  /** @param output what a person reads. Default: stderr, since stdout belongs to the result. */
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
        reject(new UserError("The input has ended. Nothing was written."));
      });
    });
    // It is told to whoever waits for an answer, if anybody does.
    this.ended.catch(() => undefined);
    this.readline.on("SIGINT", () => {
      output.write("\nNothing was written.\n");
      process.exit(130);
    });
  }

  /**
   * Asks until there is an answer that will do.
   * @param usual what an empty answer means; undefined where an empty one is judged like any other.
   */
  async ask(question: string, judge: Judge, usual?: string): Promise<string> {
    for (;;) {
      const shownUsual = usual === undefined || usual === "" ? "" : ` [${usual}]`;
      const answer = (await this.question(`${question}${shownUsual}: `)).trim() || (usual ?? "");
      const problem = judge(answer);
      if (problem === undefined) return answer;
      this.output.write(`  ${answer === "" ? "An empty answer" : answer} ${problem}.\n`);
    }
  }

  /** Asks for yes or no; everything but a clear yes is no. */
  async confirm(question: string): Promise<boolean> {
    return /^y(es)?$/i.test((await this.question(`${question} [y/N]: `)).trim());
  }

  /** Asks without an echo until there is an answer that will do. */
  async askSecretly(question: string, judge: Judge): Promise<string> {
    for (;;) {
      this.output.write(`${question} (not shown): `);
      this.quiet = true;
      const answer = (await this.question("")).trim();
      this.quiet = false;
      this.output.write("\n");
      const problem = judge(answer);
      if (problem === undefined) return answer;
      this.output.write(`  That ${problem}.\n`);
    }
  }

  close(): void {
    this.readline.close();
  }

  private async question(text: string): Promise<string> {
    return Promise.race([this.readline.question(text), this.ended]);
  }
}
