import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { proofSocketVariable, type ProofAnswer, type ProofRequest } from "../../infra/fleet";

/** Longer requests are refused, in characters. A request is a host's name, address and ssh command. */
const maxRequestLength = 1_000_000;

/** Answers the program's requests while `pulumi` runs, on a socket that only this user can access. */
export class ProofServer {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
  ) {}

  /** Starts the server. */
  static async start(answer: (request: ProofRequest) => Promise<ProofAnswer>): Promise<ProofServer> {
    const folder = mkdtempSync(join(tmpdir(), "datadog-hosts-"));
    const server = createServer({ allowHalfOpen: true }, (socket) => serve(socket, answer));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(join(folder, "proof"), resolve);
    });
    // The server must not keep the process running.
    server.unref();
    return new ProofServer(folder, server);
  }

  /** The environment variables that `pulumi` needs. */
  get environment(): NodeJS.ProcessEnv {
    return { [proofSocketVariable]: join(this.folder, "proof") };
  }

  /** Stops the server and removes its socket. */
  close(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function serve(socket: Socket, answer: (request: ProofRequest) => Promise<ProofAnswer>): void {
  let received = "";
  // The client may end before it gets the answer.
  socket.on("error", () => socket.destroy());
  socket.setEncoding("utf8").on("data", (text: string) => {
    received += text;
    if (received.length > maxRequestLength) socket.destroy();
    if (!received.endsWith("\n")) return;
    answer(JSON.parse(received) as ProofRequest).then(
      (reply) => socket.end(`${JSON.stringify(reply)}\n`),
      (error: unknown) => socket.end(`${JSON.stringify({ problem: (error as Error).message })}\n`),
    );
  });
}
