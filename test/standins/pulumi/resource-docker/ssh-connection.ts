import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { Duplex } from "node:stream";

/** How much of what ssh says is kept for the error message, in bytes. */
const KEPT_STDERR = 4096;

/** How long an ssh that has closed its output may take to end before it counts as stuck, in milliseconds. */
const EXIT_GRACE_MS = 10_000;

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return code === null ? `signal: ${signal ?? "unknown"}` : `exit status ${code.toString()}`;
}

/**
 * A connection to the engine on another machine: a running `ssh` whose standard input and output are the stream. Its
 * failure carries ssh's own words.
 */
export class SshConnection extends Duplex {
  private readonly child: ChildProcessWithoutNullStreams;
  private stderr = "";
  private exited: Promise<string | undefined>;

  constructor(private readonly sshArguments: readonly string[]) {
    // A half-closed connection is not used again, so the end of one side ends both.
    super({ allowHalfOpen: false, autoDestroy: true });
    // A session of its own: an interrupt at the terminal must not cut the step that runs.
    this.child = spawn("ssh", sshArguments, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.exited = this.watchExit();
    this.child.stderr.on("data", (chunk: Buffer) => {
      if (this.stderr.length > KEPT_STDERR) this.stderr = "";
      this.stderr += chunk.toString();
    });
    this.child.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) this.child.stdout.pause();
    });
    this.child.stdout.on("end", () => void this.finish());
    this.child.stdin.on("error", () => void this.finish());
  }

  private async watchExit(): Promise<string | undefined> {
    try {
      const [code, signal] = (await once(this.child, "close")) as [number | null, NodeJS.Signals | null];
      return code === 0 ? undefined : describeExit(code, signal);
    } catch (error) {
      return `error: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** The end of the output: a clean one ends the stream, a failed ssh is an error. */
  private async finish(): Promise<void> {
    const command = `command [ssh ${this.sshArguments.join(" ")}]`;
    const stuck = setTimeout(() => {
      this.destroy(new Error(`${command} did not exit: stderr=${this.stderr}`));
    }, EXIT_GRACE_MS);
    const failure = await this.exited;
    clearTimeout(stuck);
    if (failure === undefined) this.push(null);
    else {
      this.destroy(
        new Error(
          `${command} has exited with ${failure}, make sure the URL is valid, and Docker 18.09 or later is installed ` +
            `on the remote host: stderr=${this.stderr}`,
        ),
      );
    }
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    // A write to an ssh that has ended fails; its end is reported by finish(), with ssh's own words.
    this.child.stdin.write(chunk, () => callback());
  }

  override _final(callback: () => void): void {
    this.child.stdin.end(callback);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.child.stdin.end();
    this.child.kill("SIGTERM");
    callback(error);
  }

  /** The HTTP client sets these on what it believes to be a TCP socket. */
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
