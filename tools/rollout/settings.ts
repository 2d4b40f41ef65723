import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

/**
 * Whether a stack's hosts have to prove themselves after a change, by the text of its file and of the one that its project
 * shares. The program itself reads and checks them: this only decides whether anybody listens to it.
 */
export function wantsProof(folder: string, stack: string): boolean {
  const own = configIn(join(folder, `Pulumi.${stack}.yaml`));
  const shared = configIn(join(folder, `${String(own["datadog-hosts:project"])}.yaml`));
  return [shared, own].some((config) => {
    const rollout = config["datadog-hosts:rollout"];
    return typeof rollout === "object" && rollout !== null && "proof" in rollout;
  });
}

function configIn(file: string): Readonly<Record<string, unknown>> {
  try {
    const { config } = parse(existsSync(file) ? readFileSync(file, "utf8") : "{}") as {
      config?: Record<string, unknown>;
    };
    return config ?? {};
  } catch {
    // What is wrong with it is told by the run.
    return {};
  }
}
