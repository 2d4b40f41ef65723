import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import { cacheFolder, hashOf, makeFolder } from "../shared/cache";
import { UserError } from "../shared/errors";

/** The site from which Pulumi's clients download. */
export const vendorSite = "get.pulumi.com";

/** How long a failed download is not tried again, in milliseconds, so that not every command waits for it. */
const failureLifetimeMs = 3_600_000;

/** A download is skipped because it failed recently. The failure was reported at that time. */
export class RecentFailure extends UserError {}

/** The file that records a failed download. */
function failureFile(subject: string): string {
  return join(cacheFolder(), "failed-downloads", hashOf(subject));
}

/**
 * Runs a download. If the same one failed in the last hour, throws {@link RecentFailure} with the earlier message,
 * unless `retry` is set. Only a {@link UserError} is recorded as a failure.
 */
export async function withFailureCache<T>(
  subject: string,
  download: () => Promise<T>,
  options: { readonly retry: boolean },
): Promise<T> {
  const note = failureFile(subject);
  const earlier = options.retry ? undefined : await readRecentFailure(note);
  if (earlier !== undefined) throw new RecentFailure(earlier);
  try {
    const result = await download();
    await rm(note, { force: true });
    return result;
  } catch (error) {
    if (error instanceof UserError) {
      await makeFolder(dirname(note));
      await writeFile(note, error.message);
    }
    throw error;
  }
}

async function readRecentFailure(note: string): Promise<string | undefined> {
  try {
    const age = Date.now() - (await stat(note)).mtimeMs;
    return age < failureLifetimeMs ? await readFile(note, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a connection to a site's https port succeeds within 4 s. The clients that download from it wait much longer if
 * packets are dropped. With a proxy the site itself need not be reachable, so the answer is yes.
 */
export async function isSiteReachable(host: string, environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if ((environment["HTTPS_PROXY"] ?? environment["https_proxy"] ?? "") !== "") return true;
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: 443 });
    const finish = (answer: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(finish, 4000, false);
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}
