import { changeSettings } from "../../../e2e/support/stack-settings";
import type { OpenStage } from "../../../e2e/support/open-stage";
import { stageSettings } from "../../../e2e/support/stage-settings";
import type { SandboxDeployment } from "../../../../tools/sandbox/deployment";
import type { Contender, Scenario, Step, Target } from "../contender";

/** How an edited file reaches the hosts. */
export interface Edits {
  /** Another wait before the generator renders changes its files. */
  readonly quiet: string;
  /** A second name of the agent's image, which is on the hosts. */
  readonly agentImage: string;
}

/** This program by its make targets. */
export function thisProgram(stage: OpenStage, edits: Edits): Contender {
  const deployment = stage.deployment("staging");
  return {
    name: "this program",
    standIns: programStandIns(stage),
    prepare: async (targets) => {
      const hosts = targets.map(({ host }) => host);
      await deployment.configure({ ...stageSettings(stage, hosts, "staging"), networks: [] });
      changeSettings(deployment.stackFile, { hosts: targets.map(hostEntry) });
    },
    step: (scenario) => stepOf(deployment, edits, scenario),
    close: () => deployment.forget(),
  };
}

function hostEntry({ host: { name, hostKey, privateKeyFile }, address, port }: Target) {
  return { name, address, port, hostKey, privateKeyFile };
}

function stepOf(deployment: SandboxDeployment, { quiet, agentImage }: Edits, scenario: Scenario): Step {
  const make = (target: string): Step => ({
    command: ["make", "--no-print-directory", target, `STACK=${deployment.stack}`],
    environment: deployment.environment,
  });
  switch (scenario) {
    case "first":
    case "nothing to do":
      return make("up");
    case "preview, nothing to do":
      return make("preview");
    case "generator's files changed":
      changeSettings(deployment.stackFile, { "generator.wait": { quiet } });
      return make("up");
    case "agent's image changed":
      changeSettings(deployment.stackFile, { "agent.image": agentImage });
      return make("up");
    case "destroy":
      return make("destroy");
  }
}

/** The stand-ins among the programs that a run of Pulumi starts on this machine. */
export function programStandIns({ toolchain }: Pick<OpenStage, "toolchain">): string[] {
  return toolchain.parts
    .filter(({ origin, name }) => origin === "stand-in" && !name.endsWith("-image"))
    .map(({ name }) => name);
}
