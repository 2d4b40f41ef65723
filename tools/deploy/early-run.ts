import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { clearance, clearanceSocketVariable } from "../../infra/clearance";
import { HeldOutput } from "./held-output";

/** What a run needs to wait. */
export interface EarlyRunOptions {
  /** Environment variables for `pulumi`. */
  readonly environment: NodeJS.ProcessEnv;
  /** Takes its output. */
  readonly output: HeldOutput;
}

/**
 * A run of `pulumi` that starts while the hosts are still inspected: the program waits before it registers resources, and
 * nothing of the output is shown. It holds the stack's lock meanwhile.
 */
export class EarlyRun<End> {
  private readonly waiting = new Set<Socket>();
  private answer: string | undefined;
  private hasEnded = false;

  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly output: HeldOutput,
  ) {}

  /** @param start starts `pulumi` and resolves when it has ended. */
  static async start<End>(start: (options: EarlyRunOptions) => Promise<End>): Promise<EarlyRun<End>> {
    const folder = mkdtempSync(join(tmpdir(), "datadog-hosts-"));
    const server = createServer();
    const path = join(folder, "clearance");
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
    // The server must not keep the process running.
    server.unref();
    const run = new EarlyRun<End>(folder, server, new HeldOutput());
    server.on("connection", (socket) => run.take(socket));
    run.end = start({ environment: { [clearanceSocketVariable]: path }, output: run.output });
    const noteEnd = (): void => void (run.hasEnded = true);
    run.end.then(noteEnd, noteEnd);
    return run;
  }

  private end!: Promise<End>;

  /** Lets the run go on, shows its output, and resolves when it has ended. */
  async proceed(): Promise<End> {
    this.output.show();
    this.settle(clearance);
    return this.end.finally(() => this.close());
  }

  /**
   * Ends the run before it has changed anything, and discards its output.
   * @returns false if it had ended by itself before: it was interrupted, or another run would end in the same way.
   */
  async stop(): Promise<boolean> {
    const stopped = !this.hasEnded;
    this.settle("stop\n");
    await this.end.catch(() => undefined);
    this.close();
    return stopped;
  }

  private take(socket: Socket): void {
    // The program may end before it gets the answer.
    socket.on("error", () => socket.destroy());
    if (this.answer === undefined) this.waiting.add(socket);
    else socket.end(this.answer);
  }

  private settle(answer: string): void {
    this.answer ??= answer;
    for (const socket of this.waiting) socket.end(this.answer);
    this.waiting.clear();
  }

  private close(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
