import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type EngineEvent, readEvent } from "./engine-events";

/** How many bytes are read at a time: an event has up to some 200 kB, and those of a large fleet many megabytes. */
const pieceBytes = 1_048_576;

/**
 * The engine's event log, in a deleted file: its debug messages contain secrets in the clear, such as the private key for
 * the hosts, and a killed run could not remove the file.
 */
export class EventLog {
  /** The file descriptor; the writing process must get it as its number 3. */
  readonly descriptor: number;
  /** The file's path in that process. */
  readonly path = "/dev/fd/3";

  private readonly read: EngineEvent[] = [];
  /** The part of the file that has been read, in bytes. */
  private position = 0;
  /** Read already, but not a whole line yet. */
  private incomplete = Buffer.alloc(0);

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "datadog-hosts-"));
    try {
      this.descriptor = openSync(join(folder, "events.json"), "w+", 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The events so far. Each call reads only what was added since the last one. */
  events(): readonly EngineEvent[] {
    const piece = Buffer.alloc(pieceBytes);
    for (;;) {
      const length = readSync(this.descriptor, piece, 0, piece.length, this.position);
      if (length === 0) return this.read;
      this.position += length;
      this.take(piece.subarray(0, length));
    }
  }

  private take(added: Buffer): void {
    const bytes = Buffer.concat([this.incomplete, added]);
    const end = bytes.lastIndexOf("\n") + 1;
    this.incomplete = bytes.subarray(end);
    for (const line of bytes.toString("utf8", 0, end).split("\n")) {
      const event = readEvent(line);
      if (event !== undefined) this.read.push(event);
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
