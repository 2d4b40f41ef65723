import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { docker } from "../../../tools/shared/docker";
import { silent } from "../../../tools/shared/progress";
import { imageRecipe } from "../../../tools/toolchain/image-recipe";
import { ensureStandInImage, intakeImage, standInLabel } from "../../../tools/toolchain/standin-images";
import { ensureServicesImage } from "../../host/services-image";

/** A generation of the agent. */
export type Generation = "5" | "7";

/** The environment variables that name an agent's image to test, such as the vendor's; without one it is the stand-in. */
const variables: Record<Generation, string> = { "5": "AGENT5_IMAGE", "7": "AGENT_IMAGE" };

const folder = resolve(__dirname, "..", "..", "standins", "agent", "image");

/** The images that the tests of one generation need. */
export interface Images {
  readonly agent: string;
  /** Whether the agent's image is the stand-in. */
  readonly standIn: boolean;
  readonly intake: string;
  readonly services: string;
}

/** Finds or makes the images. Throws where one can't be made. */
export async function images(generation: Generation): Promise<Images> {
  const named = process.env[variables[generation]];
  const recipes = z.record(z.string(), imageRecipe).parse(JSON.parse(readFileSync(join(folder, "image.json"), "utf8")));
  const recipe = recipes[generation];
  if (recipe === undefined) throw new Error(`image.json has no agent of generation ${generation}`);
  const standIn = { name: `agent-${generation}`, folder: "agent", recipe };
  const agent = named ?? (await ensureStandInImage(standIn, silent));
  return {
    agent,
    standIn: await isStandIn(agent),
    intake: await ensureStandInImage(intakeImage, silent),
    services: await ensureServicesImage(silent),
  };
}

async function isStandIn(image: string): Promise<boolean> {
  const format = `{{index .Config.Labels "${standInLabel}"}}`;
  const { status, stdout } = await docker(["image", "inspect", "--format", format, image], { check: false });
  return status === 0 && !["", "<no value>"].includes(stdout.trim());
}
