import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { Integration } from "../../infra/integrations";
import { generatorConfigFiles, generatorPaths, generatorTemplateFiles, type GeneratorSettings } from "../../infra/rendering";
import type { ConfigFiles } from "../../tools/render";
import { engineAnswers, FakeEngine, GeneratorProcess, type ContainerFixture } from "./harness";

/** What decides the configs of a host. */
export interface HostState {
  readonly settings: GeneratorSettings;
  readonly integrations: readonly Integration[];
  readonly containers: ContainerFixture[];
  /** Contents of the password files, by name. */
  readonly passwords: Readonly<Record<string, string>>;
}

const { config, templates, drafts, generated, passwords } = generatorPaths;

/** A host whose generated files stay from one generator to the next, as on a real one. */
export class RenderedHost {
  private readonly root = fs.mkdtempSync(path.join(tmpdir(), "rendered-host-"));

  /** Runs a new generator until it has published all that it has to say. */
  async generate({ settings, integrations, containers, passwords: contents }: HostState): Promise<void> {
    for (const folder of [config, templates, drafts, passwords]) {
      fs.rmSync(this.root + folder, { recursive: true, force: true });
      fs.mkdirSync(this.root + folder, { recursive: true });
    }
    fs.mkdirSync(`${this.root}${generated}`, { recursive: true });
    this.write(config, generatorConfigFiles(settings, integrations));
    this.write(templates, generatorTemplateFiles(settings, integrations));
    this.write(passwords, contents);
    const engine = await FakeEngine.start(engineAnswers(containers));
    const generator = await GeneratorProcess.start({
      arguments: ["-config", this.root + generatorPaths.configFile],
      env: { DOCKER_HOST: engine.endpoint },
    });
    try {
      await generator.logged(/^Watching docker events/);
      await generator.terminate();
    } finally {
      generator.kill("SIGKILL");
      await engine.close();
    }
  }

  /** Takes away what `up` takes away of integrations that are no longer listed. */
  clearUp(names: readonly string[]): void {
    for (const name of names) fs.rmSync(`${this.root}${generated}/datadog/${name}`, { recursive: true, force: true });
  }

  /** The published configs, by path below their folder. */
  get files(): ConfigFiles {
    const folder = `${this.root}${generated}/datadog`;
    const paths = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true }).map(String).sort() : [];
    return new Map(
      paths
        .filter((file) => file.endsWith(".yaml"))
        .map((file) => [file, fs.readFileSync(path.join(folder, file), "utf8")]),
    );
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  private write(folder: string, files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const moved = [config, templates, drafts, generated, passwords].reduce(
        (said, place) => said.replaceAll(place, this.root + place),
        text,
      );
      fs.writeFileSync(`${this.root}${folder}/${name}`, moved);
    }
  }
}
