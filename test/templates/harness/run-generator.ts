import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { ContainerFixture } from "./container-fixture";
import { engineAnswers } from "./engine-answers";
import { FakeEngine } from "./fake-engine";
import { GeneratorProcess, withoutTimes } from "./generator-process";
import type { EngineAnswers } from "./recording";

/** What a generator is run over. */
export interface GeneratorRun {
  /**
   * Files laid down before it starts, by their path below a root folder that is made for this run. A configuration
   * needs absolute paths: give a function, which gets the root.
   */
  files: Record<string, string | ((root: string) => string)>;
  /** Empty folders to lay down too: the generator does not make the folder of a file that it writes. Default: none. */
  folders?: string[];
  /** The configurations among the files. Default `["docker-gen.cfg"]`. */
  configs?: string[];
  /** What the engine has: containers made by `containerFixture`, or all the answers of a recording. */
  containers: ContainerFixture[] | EngineAnswers;
  /** Environment of the generator. Default: PATH, HOME and DOCKER_HOST only. */
  env?: Record<string, string>;
  /** Further arguments, such as `-event-filter`. Default: none. */
  arguments?: string[];
}

/** What came of it. */
export interface GeneratorResult {
  /** The files that it wrote or changed, by their path below the root. */
  files: Record<string, string>;
  /** Its log, without the times. The root's path is shown as `<root>`. */
  log: string;
  /** 0 when all went well, 1 for an error in configuration or template; null when a signal ended it. */
  exitCode: number | null;
}

/**
 * Runs the generator once over a configuration: without `watch` until it ends by itself, with `watch` until it has
 * rendered everything and waits for events.
 */
export async function runGenerator(run: GeneratorRun): Promise<GeneratorResult> {
  const root = mkdtempSync(join(tmpdir(), "generator-"));
  const answers = Array.isArray(run.containers) ? engineAnswers(run.containers) : run.containers;
  const engine = await FakeEngine.start(answers);
  let generator: GeneratorProcess | undefined;
  try {
    for (const folder of run.folders ?? []) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    const before = layDown(root, run.files);
    const configs = run.configs ?? ["docker-gen.cfg"];
    generator = await GeneratorProcess.start({
      arguments: [...configs.flatMap((config) => ["-config", join(root, config)]), ...(run.arguments ?? [])],
      env: { DOCKER_HOST: engine.endpoint, ...run.env },
    });
    await Promise.race([generator.logged(/^Watching docker events/), generator.ended]);
    const { exitCode } = await generator.terminate();
    const after = Object.entries(readTree(root)).filter(([path, text]) => before[path] !== text);
    return {
      files: Object.fromEntries(after),
      log: withoutTimes(generator.log).replaceAll(root, "<root>"),
      exitCode,
    };
  } finally {
    generator?.kill("SIGKILL");
    await engine.close();
    rmSync(root, { recursive: true, force: true });
  }
}

function layDown(root: string, files: GeneratorRun["files"]): Record<string, string> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof content === "string" ? content : content(root));
  }
  return readTree(root);
}

function readTree(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(root, path), readFileSync(path, "utf8")]));
}
