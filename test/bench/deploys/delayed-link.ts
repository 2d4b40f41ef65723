import { createServer, createConnection, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP proxy on the loopback interface that delays what passes. */
export interface DelayedLink {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens a proxy to an address.
 * @param delayMs milliseconds that each piece takes each way, the connection's opening and end included.
 */
export async function openDelayedLink(to: { address: string; port: number }, delayMs: number): Promise<DelayedLink> {
  const sockets = new Set<Socket>();
  // Each end is passed on by itself, and later.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ host: to.address, port: to.port, allowHalfOpen: true });
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay(true);
      sockets.add(from);
      // Timers of equal length end in the order in which they began, so the pieces keep theirs.
      const later = (work: () => void): void => void setTimeout(work, delayMs);
      from.on("data", (piece) => later(() => into.writable && into.write(piece)));
      from.on("end", () => later(() => into.end()));
      from.on("error", () => into.destroy());
      from.on("close", () => {
        sockets.delete(from);
        later(() => into.end());
      });
    }
  });
  await listening(server);
  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}
