/** `make sandbox-down`: leaves the machine as it was before `make sandbox`, except for labelled caches. */
import { join, resolve } from "node:path";

import { engineVersion, removeAll, stopOwnEngine } from "../../sandbox/host";
import { dockerLines } from "../shared/docker";
import { runMain } from "../shared/errors";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "../toolchain";
import { programParts } from "../toolchain/parts";
import { SandboxDeployment } from "./deployment";
import { sandboxOwner, sandboxStack } from "./names";
import { removeEmptyFolders } from "./state";

const folder = resolve(__dirname, "..", "..", ".sandbox");

async function main(): Promise<number> {
  const toolchain = await resolveToolchain({ parts: programParts, log: logToStderr });
  await new SandboxDeployment(sandboxStack, toolchain.environment).forget();
  for (const removed of await removeAll(sandboxOwner)) logToStderr(`Removed ${removed}`);
  // Folders of tests that are running stay.
  await removeEmptyFolders(join(folder, "hosts"), join(folder, "stacks"), folder);
  const others = await otherTestHosts();
  if (others.length > 0) logToStderr(`The Docker engine stays, because these use it: ${others.join(", ")}.`);
  else await stopOwnEngine(logToStderr);
  return 0;
}

/** Names of test hosts of other owners that still need the engine. */
async function otherTestHosts(): Promise<string[]> {
  if ((await engineVersion()) === undefined) return [];
  return dockerLines(["ps", "--all", "--filter", "label=datadog-hosts.test", "--format", "{{.Names}}"]);
}

runMain(main);
