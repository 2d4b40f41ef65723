import { run, type RunOptions, type RunResult } from "./run";

/** Runs the `docker` client; see {@link run}. */
export async function docker(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run("docker", args, options);
}

/** What a `docker` command printed, trimmed. */
export async function dockerText(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await docker(args, options)).stdout.trim();
}

/** The lines that a `docker` command printed; none for an empty output. */
export async function dockerLines(args: readonly string[], options: RunOptions = {}): Promise<string[]> {
  return (await dockerText(args, options)).split("\n").filter((line) => line !== "");
}

/** The id of an image on the engine (`sha256:…`), or `undefined` if the engine hasn't got it. */
export async function imageId(reference: string): Promise<string | undefined> {
  const result = await docker(["image", "inspect", "--format", "{{.Id}}", reference], { check: false });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
