import { resolve } from "node:path";

/** The file with the times of the last run: one line of JSON for each test file, see {@link FileTimes}. */
export const timesFile = resolve(__dirname, "..", "..", ".results", "times.jsonl");

/** How long one test file took, in seconds. */
export interface FileTimes {
  /** Its path in this repository. */
  readonly file: string;
  /** From its start to the end of its last hook. */
  readonly seconds: number;
  /** Processor time of the tests themselves. */
  readonly own: number;
  /** Processor time of the programs that they ran to their end (pulumi, make, ssh); containers don't count. */
  readonly programs: number;
}
