import type { GenerationNumber } from "../../../infra/integrations";
import type { TestHost } from "../../../sandbox/host";
import type { OpenStage } from "./open-stage";

/** The settings that all stacks of a stage share. */
export function stageSettings(
  stage: Pick<OpenStage, "toolchain" | "intake">,
  hosts: readonly TestHost[],
  environment: string,
  generation: GenerationNumber = 7,
) {
  const { images } = stage.toolchain;
  return {
    project: "shop",
    environment,
    hosts,
    networks: ["backend"],
    generation,
    images: { agent: generation === 5 ? images.agent5 : images.agent, generator: images.generator },
    intake: stage.intake.address,
  };
}
