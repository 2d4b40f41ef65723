/** `make sandbox-down`: leaves the machine as it was before `make sandbox`, but for labelled caches. */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";

import { removeAll, stopOwnEngine } from "../../test/host";
import { runMain } from "../shared/errors";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "../toolchain";
import { SandboxDeployment } from "./deployment";
import { sandboxOwner, sandboxStack } from "./names";

async function main(): Promise<number> {
  const toolchain = await resolveToolchain({ parts: ["pulumi"], log: logToStderr });
  await new SandboxDeployment(sandboxStack, toolchain.environment).forget();
  for (const removed of await removeAll(sandboxOwner)) logToStderr(`Removed ${removed}`);
  await rm(resolve(__dirname, "..", "..", ".sandbox"), { recursive: true, force: true });
  await stopOwnEngine(logToStderr);
  return 0;
}

runMain(main);
