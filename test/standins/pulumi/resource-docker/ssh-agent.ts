import { Agent } from "node:http";
import type { Duplex } from "node:stream";
import { SshConnection } from "./ssh-connection";

/** Idle connections are closed after this many milliseconds, as the original's are. */
const IDLE_MS = 30_000;

/** An HTTP agent whose connections are ssh processes: one for each request that runs at the same time, kept for the next. */
export class SshAgent extends Agent {
  private readonly open = new Set<SshConnection>();

  constructor(private readonly sshArguments: readonly string[]) {
    super({ keepAlive: true, keepAliveMsecs: IDLE_MS, maxFreeSockets: 6, timeout: 0 });
  }

  override createConnection(): Duplex {
    const connection = new SshConnection(this.sshArguments);
    this.open.add(connection);
    connection.on("close", () => this.open.delete(connection));
    return connection;
  }

  /** Ends every connection. */
  override destroy(): void {
    super.destroy();
    for (const connection of this.open) connection.destroy();
  }
}
