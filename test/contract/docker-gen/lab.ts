import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type ContainerFixture, engineAnswers, FakeEngine, GeneratorProcess } from "../../templates/harness";

/** A finished run of the generator. */
export interface FinishedRun {
  exitCode: number | null;
  /** Standard error, line by line, without the times. */
  log: string[];
  /** Standard output. */
  output: string;
}

/** A folder and an engine of its own for one test; both are gone when the test is over, and so are its generators. */
export class Lab {
  private constructor(
    readonly root: string,
    readonly engine: FakeEngine,
  ) {}

  /** Makes a lab whose engine has these containers. */
  static async open(containers: ContainerFixture[] = []): Promise<Lab> {
    const lab = new Lab(
      mkdtempSync(join(tmpdir(), "generator-lab-")),
      await FakeEngine.start(engineAnswers(containers)),
    );
    onTestFinished(async () => {
      await lab.engine.close();
      rmSync(lab.root, { recursive: true, force: true });
    });
    return lab;
  }

  /** The absolute path of something in the lab's folder. */
  path(name: string): string {
    return join(this.root, name);
  }

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Reads a file, or returns undefined when there is none. */
  read(name: string): string | undefined {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), "utf8") : undefined;
  }

  /**
   * Writes a configuration whose blocks each render `<name>.tmpl` to `<name>.out`, and returns its path.
   *
   * @param blocks by name: the template, and further lines of TOML
   */
  configure(blocks: Record<string, { template: string; toml?: string }>, file = "docker-gen.cfg"): string {
    const text = Object.entries(blocks).map(([name, { template, toml }]) => {
      const path = this.write(`${name}.tmpl`, template);
      return `[[config]]\ntemplate = "${path}"\ndest = "${this.path(`${name}.out`)}"\n${toml ?? ""}\n`;
    });
    return this.write(file, text.join("\n"));
  }

  /** Starts a generator; the engine is the lab's unless the arguments or the environment name another. */
  async start(args: string[], env: Record<string, string> = {}): Promise<GeneratorProcess> {
    const generator = await GeneratorProcess.start({
      arguments: args,
      env: { DOCKER_HOST: this.engine.endpoint, ...env },
      cwd: this.root,
    });
    onTestFinished(() => generator.kill("SIGKILL"));
    return generator;
  }

  /**
   * Starts a generator that watches, and waits until it sees events and has rendered every block for the second time,
   * which it does right after it began to listen.
   */
  async watch(args: string[], env?: Record<string, string>): Promise<GeneratorProcess> {
    const generator = await this.start(args, env);
    await generator.logged(/^Watching docker events$/);
    await generator.until(() => this.engine.listenerCount === 1, "follows the events");
    const blocks = renders(generator.logLines.slice(0, generator.logLines.indexOf("Watching docker events")));
    await generator.until(() => renders(generator.logLines) === 2 * blocks, "rendered everything again");
    return generator;
  }

  /** Runs a generator that ends by itself. */
  async run(args: string[], env?: Record<string, string>): Promise<FinishedRun> {
    const generator = await this.start(args, env);
    const { exitCode } = await generator.ended;
    return { exitCode, log: generator.logLines, output: generator.output };
  }

  /** Renders a template to standard output. */
  async render(template: string, env?: Record<string, string>): Promise<FinishedRun> {
    return this.run(["-include-stopped", this.write("rendered.tmpl", template)], env);
  }

  /** The requests so far that change something: signals and restarts, such as `kill redis signal=1`. */
  notices(): string[] {
    return this.engine.requests
      .filter(({ method }) => method === "POST")
      .map(({ path, query }) => {
        const [, , name, action] = path.split("/");
        const parameters = Object.entries(query).map(([key, value]) => `${key}=${value}`);
        return [action, name, ...parameters].join(" ");
      });
  }
}

/** How often a log tells that a block was rendered. */
function renders(log: string[]): number {
  return log.filter((line) => /^(Generated '|Contents of )/.test(line)).length;
}
