import { docker } from "../../tools/shared/docker";
import { UserError } from "../../tools/shared/errors";
import { withLock } from "../../tools/shared/lock";
import { step, type Log } from "../../tools/shared/progress";
import { installEngine, ownEngineBlocker } from "./engine-install";
import { startOwnEngine, stopRecordedEngine } from "./engine-own";

/** A working Docker engine. */
export interface Engine {
  /** Its version, such as `20.10.24+dfsg1`. */
  readonly version: string;
}

const lockName = "the Docker engine";

/** The version of the Docker engine that the `docker` client reaches; `undefined` if none answers within 10 s. */
export async function engineVersion(): Promise<string | undefined> {
  try {
    const result = await docker(["version", "--format", "{{.Server.Version}}"], { timeoutMs: 10_000, check: false });
    return result.status === 0 ? result.stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The working Docker engine. If there is none and this is root on Debian, installs Debian's and starts this project's own
 * engine (see {@link stopOwnEngine}). Throws {@link UserError} if that is not possible; the message says what is needed.
 */
export async function ensureEngine(log: Log): Promise<Engine> {
  const version = await engineVersion();
  if (version !== undefined) return { version };
  const blocker = await ownEngineBlocker();
  if (blocker !== undefined) throw noEngine(blocker);
  return withLock(lockName, log, async () => {
    const started = await engineVersion();
    if (started !== undefined) return { version: started };
    await installEngine(log);
    return step("Starting a Docker engine", log, async () => {
      await startOwnEngine();
      const own = await engineVersion();
      if (own === undefined) throw new UserError("The Docker engine started, but the docker client can't reach it.");
      return { version: own };
    });
  });
}

/** The error if there is no engine. */
export function noEngine(blocker: string): UserError {
  return new UserError(
    `No Docker engine answers, and none can be started here: ${blocker}. Start Docker (and let this user use ` +
      "it: `docker version` must show a server), or run this as root on Debian.",
  );
}

/**
 * Stops the engine that {@link ensureEngine} started, if it did, and puts the machine's network settings back. No other
 * engine is touched. Returns whether there was one.
 */
export async function stopOwnEngine(log: Log): Promise<boolean> {
  return withLock(lockName, log, () => step("Stopping our own Docker engine", log, stopRecordedEngine));
}
