import { silent } from "../../../tools/shared/progress";
import { agentImage, ensureStandInImage, intakeImage } from "../../../tools/toolchain/standin-images";
import { ensureServicesImage } from "../../../sandbox/host/services-image";

/** A generation of the agent. */
export type Generation = "5" | "7";

/** The environment variables that name an agent's image to test, such as the vendor's; without one it is the stand-in. */
const variables: Record<Generation, string> = { "5": "AGENT5_IMAGE", "7": "AGENT_IMAGE" };

/** The images that the tests of one generation need. */
export interface Images {
  readonly agent: string;
  readonly intake: string;
  readonly services: string;
}

/** Finds or makes the images. Throws where one can't be made. */
export async function images(generation: Generation): Promise<Images> {
  const agent = process.env[variables[generation]] ?? (await ensureStandInImage(agentImage(generation), silent));
  return {
    agent,
    intake: await ensureStandInImage(intakeImage, silent),
    services: await ensureServicesImage(silent),
  };
}
