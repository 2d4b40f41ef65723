import { run, type RunOptions, type RunResult } from "./run";

/** Runs the `docker` client; see {@link run}. */
export async function docker(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run("docker", args, options);
}

/** The output of a `docker` command, trimmed. */
export async function dockerText(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await docker(args, options)).stdout.trim();
}

/** The lines of a `docker` command's output; none for an empty output. */
export async function dockerLines(args: readonly string[], options: RunOptions = {}): Promise<string[]> {
  return (await dockerText(args, options)).split("\n").filter((line) => line !== "");
}

/** The id of an image on the engine (`sha256:…`), or `undefined` if the engine does not have it. */
export async function imageId(reference: string): Promise<string | undefined> {
  const result = await docker(["image", "inspect", "--format", "{{.Id}}", reference], { check: false });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
