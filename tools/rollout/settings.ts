import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

/**
 * Whether a stack's file or its project's shared file sets `rollout.proof`. The program itself validates both files; this
 * only decides whether to start the proof server.
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
    // The run reports what is wrong with the file.
    return {};
  }
}
