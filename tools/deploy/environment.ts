import { readFileSync, statSync } from "node:fs";

import { UserError } from "../shared/errors";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "../toolchain";
import { programParts } from "../toolchain/parts";
import { isSandboxStack } from "./stacks";

/**
 * The environment for `pulumi` on a stack: the caller's and the toolchain's. Stand-ins are used if they are asked for, or for
 * a sandbox's stack, and reported on stderr each time.
 * @param needs `deployment`: the plugins and the language host too; `state`: only the program, which is enough to read
 *   and write a stack's state.
 * @throws UserError if the secrets' passphrase is missing and there is no terminal, if its file can't be read, or if a part
 *   of the toolchain is not available.
 */
export async function pulumiEnvironment(stack: string, needs: "deployment" | "state"): Promise<NodeJS.ProcessEnv> {
  requirePassphrase(process.env, process.stdin.isTTY);
  const toolchain = await resolveToolchain({
    parts: needs === "deployment" ? programParts : ["pulumi"],
    purpose: isSandboxStack(stack) ? "trial" : "deploy",
    log: logToStderr,
  });
  const standIns = toolchain.parts.filter(({ origin }) => origin === "stand-in").map(({ name }) => name);
  if (standIns.length > 0) {
    logToStderr(`Stand-ins for tests are used in place of the vendors' ${standIns.join(", ")}.`);
  }
  return { ...withoutOtherTargets(process.env), ...toolchain.environment };
}

/**
 * An environment without variables that would lead Pulumi or its docker plugin elsewhere: the plugin takes certificates for
 * an engine (`DOCKER_CERT_PATH` and the like) in place of ssh, and Pulumi takes flags from `PULUMI_OPTION_…`, such as another
 * stack than the one of the command line. Both are often set for other programs, as in a pipeline with a Docker service.
 */
export function withoutOtherTargets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const misleading =
    /^(DOCKER_(HOST|CONTEXT|API_VERSION|TLS.*|CERT_.*|CA_MATERIAL|KEY_MATERIAL)|PULUMI_OPTION_(STACK|JSON|CWD))$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !misleading.test(name)));
}

/**
 * Checks that Pulumi will find the passphrase of a stack's secrets: PULUMI_CONFIG_PASSPHRASE, which may be empty, takes
 * precedence over PULUMI_CONFIG_PASSPHRASE_FILE.
 * @throws UserError if it won't.
 */
export function requirePassphrase(environment: NodeJS.ProcessEnv, canAsk: boolean): void {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file = "" } = environment;
  if (passphrase !== undefined) return;
  if (file === "") {
    if (canAsk) return;
    throw new UserError(
      "The passphrase of the stack's secrets is missing: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.",
    );
  }
  const problem = problemWithFile(file);
  if (problem !== undefined) {
    throw new UserError(
      `The file that PULUMI_CONFIG_PASSPHRASE_FILE names, ${file}, ${problem}: name a file that holds the passphrase of the stack's secrets.`,
    );
  }
}

/** Why a file can't hold the passphrase; undefined if it can. */
function problemWithFile(file: string): string | undefined {
  try {
    const status = statSync(file);
    if (!status.isFile() && !status.isDirectory()) return "is a pipe or a device, and it is read several times";
    // A folder can be opened, but not read.
    readFileSync(file);
    return undefined;
  } catch (error) {
    return `can't be read (${String((error as NodeJS.ErrnoException).code)})`;
  }
}
