import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { proofSocketVariable, type ProofAnswer, type ProofRequest } from "../../infra/fleet";

/** A request is a host's name, address and ssh command. */
const mostCharacters = 1_000_000;

/** Answers the program's requests while `pulumi` runs, at a socket that only this user can reach. */
export class ProofServer {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
  ) {}

  /** Starts to answer. */
  static async start(answer: (request: ProofRequest) => Promise<ProofAnswer>): Promise<ProofServer> {
    const folder = mkdtempSync(join(tmpdir(), "datadog-hosts-"));
    const server = createServer({ allowHalfOpen: true }, (socket) => serve(socket, answer));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(join(folder, "proof"), resolve);
    });
    // A run that has ended does not wait for it.
    server.unref();
    return new ProofServer(folder, server);
  }

  /** What `pulumi` needs in its environment. */
  get environment(): NodeJS.ProcessEnv {
    return { [proofSocketVariable]: join(this.folder, "proof") };
  }

  /** Answers nobody any more. */
  close(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function serve(socket: Socket, answer: (request: ProofRequest) => Promise<ProofAnswer>): void {
  let said = "";
  // Whoever asks may end before the answer.
  socket.on("error", () => socket.destroy());
  socket.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.length > mostCharacters) socket.destroy();
    if (!said.endsWith("\n")) return;
    answer(JSON.parse(said) as ProofRequest).then(
      (reply) => socket.end(`${JSON.stringify(reply)}\n`),
      (error: unknown) => socket.end(`${JSON.stringify({ problem: (error as Error).message })}\n`),
    );
  });
}
