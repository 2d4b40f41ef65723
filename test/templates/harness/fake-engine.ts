import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EngineError,
  type EngineEvent,
  eventMatches,
  type Filters,
  parseFilters,
  selectContainers,
} from "./engine-filters";
import type { EngineAnswers, EngineContainer, JsonObject } from "./recording";

/** A request that reached the engine. */
export interface EngineRequest {
  method: string;
  /** Without the API version and the query. */
  path: string;
  query: Record<string, string>;
}

interface Fault {
  path: RegExp;
  status: number;
  message: string;
}

interface Listener {
  response: ServerResponse;
  filters: Filters;
}

/**
 * A Docker engine of canned answers on a unix socket: what it is asked for and does not know, it answers with 501.
 * Tests change `answers.containers` and then emit the event that a real engine would have sent.
 */
export class FakeEngine {
  /** Every request so far, in order. */
  readonly requests: EngineRequest[] = [];
  readonly socketPath: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "fake-engine-"));
  private readonly faults: Fault[] = [];
  private readonly listeners = new Set<Listener>();
  private server: Server | undefined;

  private constructor(readonly answers: EngineAnswers) {
    this.socketPath = join(this.folder, "docker.sock");
  }

  /** Starts an engine. The caller closes it. */
  static async start(answers: EngineAnswers): Promise<FakeEngine> {
    const engine = new FakeEngine(answers);
    await engine.resume();
    return engine;
  }

  /** The value for DOCKER_HOST. */
  get endpoint(): string {
    return `unix://${this.socketPath}`;
  }

  /** How many clients follow the events now. */
  get listenerCount(): number {
    return this.listeners.size;
  }

  /** Answers from now on each request whose `METHOD /path` matches with this error. */
  fail(path: RegExp, status: number, message: string): void {
    this.faults.push({ path, status, message });
  }

  /** Takes all faults away again. */
  heal(): void {
    this.faults.length = 0;
  }

  /** Reports an event to every client whose filters it passes. */
  emit(event: EngineEvent): void {
    const { action, type = "container", id, attributes = {} } = event;
    const now = Date.now();
    const actor = { ID: id, Attributes: attributes };
    // API 1.52 dropped the fields that were there before events had a type.
    const isNew = Number(String(this.answers.version["ApiVersion"]).split(".")[1]) >= 52;
    const legacy = isNew ? {} : type === "container" ? { status: action, id, from: attributes["image"] ?? "" } : {};
    const line = JSON.stringify({
      ...legacy,
      Type: type,
      Action: action,
      Actor: actor,
      scope: "local",
      time: Math.floor(now / 1000),
      timeNano: now * 1_000_000,
    });
    for (const { response, filters } of this.listeners) {
      if (eventMatches(event, filters)) {
        response.write(`${line}\n`);
      }
    }
  }

  /** Goes away like an engine that is stopped: every connection ends, new ones are refused. */
  async interrupt(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server === undefined) {
      return;
    }
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
    rmSync(this.socketPath, { force: true });
  }

  /** Comes back after an interruption, at the same address. */
  async resume(): Promise<void> {
    const server = createServer((request, response) => this.serve(request, response));
    server.listen(this.socketPath);
    await once(server, "listening");
    this.server = server;
  }

  /** Ends for good and leaves nothing behind. */
  async close(): Promise<void> {
    await this.interrupt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://engine");
    const path = url.pathname.replace(/^\/v\d+\.\d+/, "");
    const method = request.method ?? "GET";
    this.requests.push({ method, path, query: Object.fromEntries(url.searchParams) });
    request.resume();
    try {
      this.answer(`${method} ${path}`, url.searchParams, response);
    } catch (error) {
      const status = error instanceof EngineError ? error.status : 500;
      send(response, status, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  private answer(route: string, query: URLSearchParams, response: ServerResponse): void {
    const fault = this.faults.find(({ path }) => path.test(route));
    if (fault !== undefined) {
      throw new EngineError(fault.status, fault.message);
    }
    const filters = parseFilters(query.get("filters"));
    switch (route) {
      case "GET /_ping":
        response.end("OK");
        return;
      case "GET /version":
        send(response, 200, this.answers.version);
        return;
      case "GET /info":
        send(response, 200, this.answers.info);
        return;
      case "GET /networks":
        send(response, 200, this.answers.networks);
        return;
      case "GET /events":
        this.follow(response, filters);
        return;
      case "GET /containers/json": {
        const all = ["1", "true"].includes(query.get("all") ?? "");
        const selected = selectContainers(this.answers.containers, filters, all);
        send(
          response,
          200,
          selected.map(({ summary }) => summary),
        );
        return;
      }
      default:
        this.answerContainer(route, response);
    }
  }

  private answerContainer(route: string, response: ServerResponse): void {
    const [, method, name, action] = /^(GET|POST) \/containers\/([^/]+)\/(json|kill|restart)$/.exec(route) ?? [];
    if (name === undefined || action === undefined || (method === "GET") !== (action === "json")) {
      throw new EngineError(501, `the fake engine does not know ${route}`);
    }
    const container = this.find(decodeURIComponent(name));
    if (container?.inspect == null) {
      throw new EngineError(404, `No such container: ${name}`);
    }
    if (action === "json") {
      send(response, 200, container.inspect);
      return;
    }
    if (action === "kill" && (container.inspect["State"] as JsonObject)["Running"] !== true) {
      const id = String(container.summary["Id"]);
      throw new EngineError(409, `Cannot kill container: ${name}: Container ${id} is not running`);
    }
    response.writeHead(204).end();
  }

  /** By name, or by the beginning of the id. */
  private find(name: string): EngineContainer | undefined {
    return this.answers.containers.find(
      ({ summary }) => (summary["Names"] as string[]).includes(`/${name}`) || String(summary["Id"]).startsWith(name),
    );
  }

  private follow(response: ServerResponse, filters: Filters): void {
    // An unknown filter must be refused now, not at the first event.
    eventMatches({ action: "", id: "" }, filters);
    const listener = { response, filters };
    response.writeHead(200, { "Content-Type": "application/json" });
    response.flushHeaders();
    this.listeners.add(listener);
    response.on("close", () => this.listeners.delete(listener));
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
