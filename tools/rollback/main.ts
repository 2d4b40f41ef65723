/** `make rollback`: puts a stack's hosts back to the last successful `up` that was made from another commit. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { targetsInState } from "../deploy/engine-targets";
import { pulumiEnvironment } from "../deploy/environment";
import { requireStack } from "../deploy/stacks";
import { requireState } from "../look";
import { wantsProof } from "../rollout/settings";
import { runMain, UserError } from "../shared/errors";
import { run } from "../shared/run";
import { shown } from "../shared/shown";
import { leaveSignals } from "../shared/signals";
import { lossesByGoingBack } from "./accepted-losses";
import { checkOut } from "./earlier-clone";
import { fromAnywhere } from "./from-anywhere";
import { readHistory, rollbackMessage, targetOf, wasCutOff } from "./history";
import { linkKeyFiles } from "./key-files";
import { withPresentNames } from "./renamed-hosts";
import { changedSecrets } from "./secrets-changed";

/** How many runs of the history are read: as many as Pulumi Cloud has on a page. Each `make up` may be two runs in it: a refresh and an update. */
const mostRuns = 100;

async function main(): Promise<number> {
  const stack = requireStack("stacks", process.argv[2]);
  const anywhere = fromAnywhere(process.env, readFileSync("Pulumi.yaml", "utf8"), resolve("."));
  const env = { ...(await pulumiEnvironment(stack, "state")), ...anywhere };
  const args = ["stack", "history", "--stack", stack, "--json", "--page-size", String(mostRuns)];
  const [{ stdout }, state] = await Promise.all([
    run("pulumi", args, { env, title: "pulumi stack history" }),
    requireState(stack, env),
  ]);
  const history = readHistory(stdout);
  const target = targetOf(stack, history, wasCutOff(state, history));
  const name = target.commit.slice(0, 12);
  const clone = await checkOut(target.commit);
  try {
    const stackFile = join("stacks", `Pulumi.${stack}.yaml`);
    requireSameSecrets(stack, stackFile, clone.folder, name);
    const { stdout: subject } = await run("git", ["log", "-1", "--format=%s", target.commit]);
    const described = shown(`${name} (${subject.trim()})`);
    process.stderr.write(`Stack ${stack} goes back to its up of ${target.startTime}: commit ${described}.\n`);
    linkKeyFiles(readFileSync(join(clone.folder, stackFile), "utf8"), resolve("."), clone.folder);
    keepPresentNames(join(clone.folder, stackFile), targetsInState(state.deployment.resources ?? []));
    // The earlier program looks for its own toolchain.
    const there = { ...process.env, ...anywhere };
    const accept = await acceptedLosses(stack, clone.folder, there);
    const message = `${rollbackMessage} ${target.commit}`;
    const status = await start(
      ["tools/start.cjs", "tools/deploy/main.ts", "up", stack, "--message", message],
      clone.folder,
      { ...there, ...accept },
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

/** Lets the earlier program recognise hosts that were renamed since. */
function keepPresentNames(file: string, present: ReadonlyMap<string, { readonly address: string }>): void {
  const addresses = new Map([...present].map(([name, { address }]) => [name, address]));
  const { text, added } = withPresentNames(readFileSync(file, "utf8"), addresses);
  if (added.length === 0) return;
  writeFileSync(file, text);
  process.stderr.write(`Renamed since, and get their earlier names again: ${shown(added.join(", "))}.\n`);
}

/** The variable that accepts what the hosts lose by going back, if they have to prove themselves. */
async function acceptedLosses(stack: string, folder: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if ((env["ACCEPT"] ?? "") !== "" || !wantsProof(join(folder, "stacks"), stack)) return {};
  const { accept, lines } = await lossesByGoingBack(stack, folder, env);
  if (accept === "") return {};
  process.stderr.write(`What that commit does not have is lost, which is accepted:\n  ${lines.join("\n  ")}\n`);
  return { ACCEPT: accept };
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
