import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "./errors";
import type { Log } from "./progress";

/**
 * Runs `work` while no other process on this machine holds the lock of the same name. Waits at most `timeoutMs` (default:
 * 15 minutes), and logs that after a second. Throws {@link UserError} if it does not get the lock.
 */
export async function withLock<T>(
  name: string,
  log: Log,
  work: () => Promise<T>,
  options: { readonly timeoutMs?: number } = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 900_000;
  const start = Date.now();
  let announced = false;
  let server = await tryListen(name);
  while (server === undefined) {
    const waited = Date.now() - start;
    if (waited > timeoutMs) {
      throw new UserError(
        `Another run has held the lock '${name}' for ${timeoutMs / 1000} s. Wait for it, or stop it.`,
      );
    }
    if (!announced && waited > 1000) {
      announced = true;
      log(`Waiting for another run that holds the lock '${name}' ...`);
    }
    await sleep(100);
    server = await tryListen(name);
  }
  try {
    return await work();
  } finally {
    server.close();
  }
}

/** Listens on a socket in Linux's abstract namespace: the kernel frees it whenever the process ends, and no file is left. */
async function tryListen(name: string): Promise<Server | undefined> {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const server = createServer((connection) => connection.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(new UserError(`Can't lock '${name}': ${error.message}. These tools need Linux.`));
    });
    server.listen({ path: `\0datadog-hosts-${digest}`, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}
