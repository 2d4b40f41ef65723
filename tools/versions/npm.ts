import { UserError } from "../shared/errors";
import { run } from "../shared/run";

/** The published version of each npm package of this clone that is not the newest one, by name. */
export type Outdated = ReadonlyMap<string, { readonly current: string; readonly latest: string }>;

/**
 * Asks npm which packages of package.json have another version than the one that is tagged as the latest.
 * @throws UserError if npm can't be asked.
 */
export async function outdatedPackages(): Promise<Outdated> {
  // npm ends with status 1 if there are any.
  const { stdout, stderr } = await run("npm", ["outdated", "--json"], { check: false, timeoutMs: 120_000 });
  return readOutdated(stdout, stderr);
}

/**
 * Reads what `npm outdated --json` prints.
 * @throws UserError if that is an error.
 */
export function readOutdated(stdout: string, stderr = ""): Outdated {
  let answer: Readonly<Record<string, { current?: string; latest?: string; code?: string; summary?: string }>>;
  try {
    answer = JSON.parse(stdout === "" ? "{}" : stdout) as typeof answer;
  } catch {
    throw new UserError(`npm can't be asked: ${stderr.trim().split("\n")[0] ?? ""}`);
  }
  if (answer["error"] !== undefined) throw new UserError(`npm can't be asked: ${answer["error"].summary ?? ""}`);
  return new Map(
    Object.entries(answer).map(([name, { current = "", latest = "" }]) => [name, { current, latest }] as const),
  );
}
