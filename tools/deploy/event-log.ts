import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The engine's event log, in a file without a name: the debug messages in it tell secrets in the clear, such as the
 * private key of the hosts, and a run that is killed could not remove it.
 */
export class EventLog {
  /** To be the first stream of the writing process after stdin, stdout and stderr. */
  readonly descriptor: number;
  /** Where that process finds it. */
  readonly path = "/dev/fd/3";

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "datadog-hosts-"));
    try {
      this.descriptor = openSync(join(folder, "events.json"), "w+", 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** What was written so far. */
  read(): string {
    const buffer = Buffer.alloc(fstatSync(this.descriptor).size);
    return buffer.toString("utf8", 0, readSync(this.descriptor, buffer, 0, buffer.length, 0));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
