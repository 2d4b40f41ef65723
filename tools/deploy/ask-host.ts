import { spawn } from "node:child_process";

import type { EngineTarget } from "../../infra/host";
import { errorLines, sshLines } from "../../infra/shell";
import { adviceFor } from "./advice";

/** How long a host may take to answer. */
export interface Patience {
  /** Milliseconds without any sign of life: neither a step of the login, nor output of the script on the host. */
  readonly silenceMs: number;
  /** How many times the script on the host may say that it waits for the engine: about once a second of an idle host. */
  readonly waits: number;
  /** Milliseconds in all. */
  readonly longestMs: number;
}

const usualPatience: Patience = { silenceMs: 40_000, waits: 20, longestMs: 300_000 };

/** Seconds that ssh may take to connect: longer than the silence that ends it. */
const connectSeconds = 60;

/** How much of ssh's messages is kept: a host's banner may have any length. */
const mostCharacters = 65_536;

const answered = "answered";
const waiting = "waiting";

/**
 * Says when the engine has answered, or refused to, and until then about every second that it waits. A host under load says
 * that more slowly, so an engine gets as much time as its host needs. Without its reader, the script ends.
 */
const script = `trap '' PIPE
docker version >/dev/null 2>&1 </dev/null &
asked=$!
(while sleep 1 && echo ${waiting}; do :; done; kill $asked) 2>/dev/null &
wait $asked
echo ${answered}
`;

/**
 * Asks whether a host's sshd and Docker engine answer, however slowly.
 * @returns undefined if they do, or if the host itself reports what is wrong there; otherwise what is known of the reason.
 * @throws Error if there is no ssh on the PATH.
 */
export async function askHost(
  { user, address, port, options }: EngineTarget,
  { silenceMs, waits, longestMs }: Patience = usualPatience,
): Promise<string | undefined> {
  // OpenSSH takes the first value of an option. Its debug messages show that the login goes on.
  const first = ["-o", `ConnectTimeout=${connectSeconds}`, "-o", "LogLevel=DEBUG1"];
  const child = spawn("ssh", ["-l", user, "-p", String(port), ...first, ...options, "-T", "--", address, "sh -s"]);
  let stderr = "";
  let waited = 0;
  // If the connection fails at once, ssh's message gives the reason, not the broken pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.end(script);
  const timers: NodeJS.Timeout[] = [];
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      const giveUp = (): void => resolve(whySilent(stderr, waited));
      const silence = setTimeout(giveUp, silenceMs);
      timers.push(silence, setTimeout(giveUp, longestMs));
      child.stderr.on("data", (chunk: Buffer) => {
        stderr = (stderr + chunk.toString()).slice(-mostCharacters);
        silence.refresh();
      });
      let stdout = "";
      child.stdout.on("data", (chunk: Buffer) => {
        silence.refresh();
        // A login shell may print anything before.
        const lines = (stdout + chunk.toString()).split("\n");
        stdout = lines.pop() ?? "";
        waited += lines.filter((line) => line === waiting).length;
        if (lines.includes(answered)) resolve(undefined);
        else if (waited >= waits) giveUp();
      });
      child.once("error", reject);
      child.once("close", (status) => resolve(status === 255 ? sshReason(stderr) : undefined));
    });
  } finally {
    timers.forEach(clearTimeout);
    child.kill();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function whySilent(stderr: string, waited: number): string {
  if (waited > 0) return "its sshd accepts the connection, but the Docker engine does not answer";
  if (/^Authenticated to /m.test(stderr)) return "its sshd accepts the connection, but runs no command";
  // Through a jump host it is not known how far the connection goes.
  return /^debug1: (Connection established|Executing proxy command)/m.test(stderr)
    ? "its sshd does not answer"
    : "it accepts no connection";
}

/** Why ssh has failed, in its own words. */
function sshReason(stderr: string): string {
  const text = errorLines(sshLines(stderr)).join("\n");
  return (adviceFor(text)?.line ?? text).trim();
}
