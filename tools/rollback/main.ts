/** `make rollback`: puts a stack's hosts back to the last successful `up` that was made from another commit. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { pulumiEnvironment } from "../deploy/environment";
import { requireStack } from "../deploy/stacks";
import { runMain, UserError } from "../shared/errors";
import { run } from "../shared/run";
import { shown } from "../shared/shown";
import { leaveSignals } from "../shared/signals";
import { localBackendOf } from "./backend";
import { checkOut } from "./earlier-clone";
import { readHistory, rollbackMessage, targetOf } from "./history";
import { changedSecrets } from "./secrets-changed";

/** How many runs of the history are read: as many as Pulumi Cloud has on a page. Each `make up` may be two runs in it: a refresh and an update. */
const mostRuns = 100;

async function main(): Promise<number> {
  const stack = requireStack("stacks", process.argv[2]);
  const backend =
    process.env["PULUMI_BACKEND_URL"] ?? localBackendOf(readFileSync("Pulumi.yaml", "utf8"), resolve("."));
  const backendVariable = backend === undefined ? {} : { PULUMI_BACKEND_URL: backend };
  const env = { ...(await pulumiEnvironment(stack, "state")), ...backendVariable };
  const args = ["stack", "history", "--stack", stack, "--json", "--page-size", String(mostRuns)];
  const { stdout } = await run("pulumi", args, { env, title: "pulumi stack history" });
  const target = targetOf(stack, readHistory(stdout));
  const name = target.commit.slice(0, 12);
  const clone = await checkOut(target.commit);
  try {
    const stackFile = join("stacks", `Pulumi.${stack}.yaml`);
    requireSameSecrets(stack, stackFile, clone.folder, name);
    const { stdout: subject } = await run("git", ["log", "-1", "--format=%s", target.commit]);
    const described = shown(`${name} (${subject.trim()})`);
    process.stderr.write(`Stack ${stack} goes back to its up of ${target.startTime}: commit ${described}.\n`);
    const message = `${rollbackMessage} ${target.commit}`;
    const status = await start(
      ["tools/start.cjs", "tools/deploy/main.ts", "up", stack, "--message", message],
      clone.folder,
      // The earlier program looks for its own toolchain.
      { ...process.env, ...backendVariable },
    );
    process.stderr.write(
      status === 0
        ? `Stack ${stack} is at commit ${described} again. This clone is not: revert the change here, or the next make up makes it again (make preview STACK=${stack} shows it).\n`
        : `Stack ${stack} is only partly back at commit ${described}; the reasons are above. Fix them, then run make rollback STACK=${stack} again.\n`,
    );
    return status;
  } finally {
    await clone.remove();
  }
}

/** Old secrets may no longer be valid, so nobody brings them back by accident. */
function requireSameSecrets(stack: string, stackFile: string, earlier: string, commit: string): void {
  const then = join(earlier, stackFile);
  if (!existsSync(then)) {
    throw new UserError(
      `Commit ${commit} has no ${stackFile}, so the settings of that up are not known. Restore them by hand, then: make up STACK=${stack}`,
    );
  }
  const changed = changedSecrets(readFileSync(stackFile, "utf8"), readFileSync(then, "utf8"));
  if (changed.length === 0 || process.env["OLD_SECRETS"] === "yes") return;
  throw new UserError(
    `Secrets of ${stack} have changed since commit ${commit}: ${changed.join(", ")}. Going back would bring the old ones. If they are still valid: make rollback STACK=${stack} OLD_SECRETS=yes. If not, restore the other files by hand, then: make up STACK=${stack}`,
  );
}

async function start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const release = leaveSignals(() => void child.kill("SIGTERM"));
  const child = spawn(process.execPath, args, { cwd, env, stdio: "inherit" });
  try {
    return await new Promise<number>((done, failed) => {
      child.once("error", failed);
      child.once("close", (status) => done(status ?? 130));
    });
  } finally {
    release();
  }
}

runMain(main);
