import { spawn } from "node:child_process";

import { quote } from "../../../infra/shell";
import { waitFor } from "../../../tools/shared/wait";

/** What a person sees and types. */
export interface Conversation {
  /** Beginnings of the questions, each with the answer to it, in their order. */
  readonly answers: readonly (readonly [question: string, answer: string])[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Runs a command on a terminal of its own, with `script` from util-linux, and answers its questions. */
export async function onTerminal(
  command: readonly string[],
  { answers, environment }: Conversation,
): Promise<{ readonly status: number; readonly output: string }> {
  const child = spawn("script", ["--quiet", "--return", "--command", command.map(quote).join(" "), "/dev/null"], {
    env: { ...environment, TERM: "dumb" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 128)));
  let from = 0;
  try {
    for (const [question, answer] of answers) {
      await waitFor(
        `the question ${question}`,
        () => Promise.resolve(child.exitCode !== null || output.includes(question, from)),
        { timeoutMs: 60_000, intervalMs: 50 },
      );
      if (child.exitCode !== null) break;
      from = output.indexOf(question, from) + question.length;
      child.stdin.write(`${answer}\r`);
    }
    return { status: await ended, output };
  } finally {
    child.kill();
  }
}
