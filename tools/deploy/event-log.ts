import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The engine's event log, in a deleted file: its debug messages contain secrets in the clear, such as the private key for
 * the hosts, and a killed run could not remove the file.
 */
export class EventLog {
  /** The file descriptor; the writing process must get it as its number 3. */
  readonly descriptor: number;
  /** The file's path in that process. */
  readonly path = "/dev/fd/3";

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "datadog-hosts-"));
    try {
      this.descriptor = openSync(join(folder, "events.json"), "w+", 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The text so far. */
  read(): string {
    const buffer = Buffer.alloc(fstatSync(this.descriptor).size);
    return buffer.toString("utf8", 0, readSync(this.descriptor, buffer, 0, buffer.length, 0));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
