import { changeSettings } from "../../../e2e/support/stack-settings";
import type { OpenStage } from "../../../e2e/support/open-stage";
import { stageSettings } from "../../../e2e/support/stage-settings";
import type { SandboxDeployment } from "../../../../tools/sandbox/deployment";
import type { Contender, OwnScenario, Scenario, Step, Target } from "../contender";

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
  let firstHost = "";
  return {
    name: "this program",
    standIns: programStandIns(stage),
    prepare: async (targets) => {
      const hosts = targets.map(({ host }) => host);
      await deployment.configure({ ...stageSettings(stage, hosts, "staging"), networks: [] });
      changeSettings(deployment.stackFile, { hosts: targets.map(hostEntry) });
      firstHost = hosts[0]?.name ?? "";
      const server = `${stage.toolchain.images.services} redis-server --bind 0.0.0.0 --protected-mode no`;
      await hosts[0]?.run(`docker run --detach --name ${watched} --env SERVICE=redis ${server}`);
    },
    step: (scenario) => stepOf(deployment, edits, scenario),
    ownStep: (scenario) => ownStepOf(deployment, firstHost, scenario),
    close: () => deployment.forget(),
  };
}

function hostEntry({ host: { name, hostKey, privateKeyFile }, address, port }: Target) {
  return { name, address, port, hostKey, privateKeyFile };
}

/** The container on the first host that is watched. */
const watched = "bench-redis";

function makeStep(deployment: SandboxDeployment, ...words: readonly string[]): Step {
  return {
    command: ["make", "--no-print-directory", ...words, `STACK=${deployment.stack}`],
    environment: deployment.environment,
  };
}

function ownStepOf(deployment: SandboxDeployment, host: string, scenario: OwnScenario): Step {
  switch (scenario) {
    case "status":
    case "drift":
    case "render":
      return makeStep(deployment, scenario);
    case "check of a container":
      return makeStep(deployment, "check", `HOST=${host}`, `CONTAINER=${watched}`);
    case "preview with LIVE=yes":
      return makeStep(deployment, "preview", "LIVE=yes");
    case "files changed, with a proof":
      changeSettings(deployment.stackFile, { rollout: { proof: "60s" }, "generator.wait": { quiet: "900ms" } });
      return makeStep(deployment, "up");
  }
}

/** What a user edits in the stack's file, and the make target. */
export function stepOf(deployment: SandboxDeployment, { quiet, agentImage }: Edits, scenario: Scenario): Step {
  const make = (target: string): Step => makeStep(deployment, target);
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
