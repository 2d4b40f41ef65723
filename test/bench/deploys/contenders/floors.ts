import type { OpenStage } from "../../../e2e/support/open-stage";
import { run } from "../../../../tools/shared/run";
import { FloorProgram, floors } from "../../floor";
import type { Contender, Scenario, Step } from "../contender";
import { programStandIns } from "./this-program";

const stack = "dev";

/** A program of Pulumi that does next to nothing, on one host: what remains of a run whatever it is a run of. */
export function floor(stage: OpenStage, kind: keyof typeof floors): Contender {
  let program: FloorProgram | undefined;
  const environment = (folder: string): NodeJS.ProcessEnv => ({
    ...stage.toolchain.environment,
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    PULUMI_CONFIG_PASSPHRASE: "example",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  });
  return {
    name: `Pulumi, ${kind}`,
    standIns: programStandIns(stage),
    mostHosts: 1,
    prepare: async ([target]) => {
      if (target === undefined) return;
      const { host, address, port } = target;
      const { user, hostKey, privateKeyFile: keyFile } = host;
      program = new FloorProgram(floors[kind]({ address, port, user, hostKey, keyFile }));
      await run("pulumi", ["stack", "init", stack], {
        cwd: program.folder,
        env: { ...process.env, ...environment(program.folder) },
      });
    },
    step: (scenario) => {
      const command = commands[scenario];
      if (command === undefined || program === undefined) return undefined;
      const { folder } = program;
      return { command: [...command, "--stack", stack], folder, environment: environment(folder) };
    },
    close: () => {
      program?.remove();
      return Promise.resolve();
    },
  };
}

const up: Step["command"] = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"];
const commands: Partial<Record<Scenario, Step["command"]>> = {
  first: up,
  "nothing to do": up,
  "preview, nothing to do": ["pulumi", "preview", "--non-interactive"],
  destroy: ["pulumi", "destroy", "--yes", "--skip-preview", "--non-interactive"],
};
