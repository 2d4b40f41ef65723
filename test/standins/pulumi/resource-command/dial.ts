import { getServers } from "node:dns";
import { once } from "node:events";
import { connect, isIPv6 } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Client, utils } from "ssh2";
import type { ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";
import type { ConnectionSettings, ServerSettings } from "./connection-settings";
import { retrying } from "./retry";
import type { RetryLog } from "./retry";

function address(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port.toString()}` : `${host}:${port.toString()}`;
}

const DNS_PORT = 53;

const SYSTEM_ERRORS: Record<string, string> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
};

function dialError(server: ServerSettings, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    const [nameServer] = getServers();
    const asked = nameServer === undefined ? "" : ` on ${address(nameServer, DNS_PORT)}`;
    return new Error(`dial tcp: lookup ${server.host}${asked}: no such host`, { cause: error });
  }
  const reason = SYSTEM_ERRORS[code ?? ""] ?? message;
  return new Error(`dial tcp ${address(server.host, server.port)}: ${reason}`, { cause: error });
}

/** What the server said of itself before the handshake failed. */
interface Offer {
  hostKeys: string;
}

function handshakeError(error: Error & { level?: string }, login: Login, offer: Offer): Error {
  const because = (reason: string): Error => new Error(`ssh: handshake failed: ${reason}`, { cause: error });
  if (error.message.includes("Host denied")) return because("ssh: host key mismatch");
  if (error.level === "client-authentication") {
    const methods = login.attempted.join(" ");
    return because(`ssh: unable to authenticate, attempted methods [${methods}], no supported methods remain`);
  }
  if (error.message.includes("Connection lost before handshake") || error.message.includes("ECONNRESET")) {
    return because("EOF");
  }
  if (error.message.includes("no matching host key format")) {
    const wanted = (login.config.algorithms?.serverHostKey as string[] | undefined)?.join(" ") ?? "";
    return because(`ssh: no common algorithm for host key; we offered: [${wanted}], peer offered: [${offer.hostKeys}]`);
  }
  return because(error.message);
}

interface HostKey {
  readonly type: string;
  readonly blob: Buffer;
}

function parseHostKey(text: string): HostKey {
  const parsed = utils.parseKey(text);
  if (parsed instanceof Error) throw new Error("failed to parse host key: ssh: no key found", { cause: parsed });
  return { type: parsed.type, blob: parsed.getPublicSSH() };
}

async function checkAgent(path: string): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const reason = missing ? "no such file or directory" : "connection refused";
    throw new Error(`dial unix ${path}: connect: ${reason}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

interface Login {
  readonly config: ConnectConfig;
  readonly attempted: readonly string[];
}

/** What to log in with. Throws before any connection is made when a key or the agent is of no use. */
async function loginOf(server: ServerSettings): Promise<Login> {
  const config: ConnectConfig = { username: server.user, readyTimeout: 0 };
  const attempted = ["none"];
  if (server.hostKey !== undefined) {
    const expected = parseHostKey(server.hostKey);
    config.hostVerifier = (key: Buffer) => key.equals(expected.blob);
    config.algorithms = { serverHostKey: [expected.type as ServerHostKeyAlgorithm] };
  }
  if (server.privateKey !== undefined) {
    const parsed = utils.parseKey(server.privateKey);
    if (parsed instanceof Error) {
      const encrypted = parsed.message.includes("no passphrase given");
      throw new Error(encrypted ? "ssh: this private key is passphrase protected" : "ssh: no key found");
    }
    config.privateKey = server.privateKey;
    attempted.push("publickey");
  }
  const agent = server.agentSocketPath ?? process.env["SSH_AUTH_SOCK"] ?? "";
  if (agent !== "") {
    await checkAgent(agent);
    config.agent = agent;
    if (!attempted.includes("publickey")) attempted.push("publickey");
  }
  // One try of a method: with a key, an agent's keys are never offered.
  config.authHandler = ["none", server.privateKey === undefined ? "agent" : "publickey"];
  return { config, attempted };
}

async function openSocket(server: ServerSettings): Promise<Socket> {
  const socket = connect({ host: server.host, port: server.port });
  const seconds = server.perDialTimeout;
  const timer =
    seconds > 0
      ? setTimeout(() => socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })), seconds * 1_000)
      : undefined;
  try {
    await once(socket, "connect");
    return socket;
  } catch (error) {
    throw dialError(server, error);
  } finally {
    clearTimeout(timer);
  }
}

/** The client tells the server's algorithms in its trace only. */
function noteOffer(line: string, offer: Offer): void {
  const [, formats] = /^Handshake: \(remote\) Host key format: (.*)$/.exec(line) ?? [];
  if (formats !== undefined) offer.hostKeys = formats.replaceAll(",", " ");
}

async function handshake(stream: Duplex, login: Login): Promise<Client> {
  const client = new Client();
  const offer: Offer = { hostKeys: "" };
  const atItsEnd = new Error("ssh: handshake failed: EOF");
  return await new Promise<Client>((resolve, reject) => {
    // The client says nothing about a stream that is closed before it has begun.
    if (stream.destroyed || stream.readableEnded) reject(atItsEnd);
    stream.once("close", () => reject(atItsEnd));
    client.on("ready", () => resolve(client));
    client.on("error", (error) => reject(handshakeError(error, login, offer)));
    client.on("close", () => reject(atItsEnd));
    client.connect({ ...login.config, sock: stream, debug: (line) => noteOffer(line, offer) });
  });
}

async function forward(proxy: Client, server: ServerSettings): Promise<Duplex> {
  return await new Promise<Duplex>((resolve, reject) => {
    proxy.forwardOut("127.0.0.1", 0, server.host, server.port, (error, stream) => {
      if (error === undefined) resolve(stream);
      else {
        const reason = error.message.replace(/^\(SSH\) Channel open failure: /, "");
        reject(new Error(`ssh: rejected: connect failed (${reason})`, { cause: error }));
      }
    });
  });
}

/** An open connection and all that it goes through. */
export interface OpenConnection {
  readonly client: Client;
  close(): void;
}

function closing(...clients: Client[]): OpenConnection["close"] {
  return () => {
    for (const client of clients) {
      client.on("error", () => undefined);
      client.end();
    }
  };
}

function atProxy(error: unknown): Error {
  return new Error(`proxy: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** Connects, through the proxy if there is one, trying again as often as the settings say. */
export async function dial(settings: ConnectionSettings, log: RetryLog): Promise<OpenConnection> {
  const login = await loginOf(settings);
  const { proxy } = settings;
  const limit = settings.dialErrorLimit;
  if (proxy === undefined) {
    const client = await retrying("Dial", limit, log, async () => handshake(await openSocket(settings), login));
    return { client, close: closing(client) };
  }
  try {
    const proxyLogin = await loginOf(proxy);
    const hop = await retrying("Dial proxy", proxy.dialErrorLimit, log, async () =>
      handshake(await openSocket(proxy), proxyLogin),
    );
    try {
      const stream = await retrying("Dial from proxy", limit, log, () => forward(hop, settings));
      // The same stream at each attempt, as by the original: after a failed handshake it is at its end.
      const client = await retrying("Dial", limit, log, () => handshake(stream, login));
      return { client, close: closing(client, hop) };
    } catch (error) {
      closing(hop)();
      throw error;
    }
  } catch (error) {
    throw atProxy(error);
  }
}
