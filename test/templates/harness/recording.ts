import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A JSON object of the Docker Engine API, as it went over the wire. */
export type JsonObject = Record<string, unknown>;

/** One container as an engine answers for it. */
export interface EngineContainer {
  /** The entry of `GET /containers/json`. */
  summary: JsonObject;
  /** The answer of `GET /containers/<id>/json`; null for a container that vanished after it was listed. */
  inspect: JsonObject | null;
}

/** All that a generator asks an engine for. */
export interface EngineAnswers {
  /** `GET /version`. */
  version: JsonObject;
  /** `GET /info`, reduced to the fields that a generator shows to its templates. */
  info: JsonObject;
  /** `GET /networks`. */
  networks: JsonObject[];
  containers: EngineContainer[];
}

const recordings = join(__dirname, "..", "recordings");

/** Path of a recording by its name, such as `debian-12-engine-20.10`. */
export function recordingPath(name: string): string {
  return join(recordings, `${name}.json`);
}

/**
 * Reads the answers that a real engine gave.
 *
 * @param name file name in `test/templates/recordings`, without `.json`
 * @throws when there is no such recording
 */
export function readRecording(name: string): EngineAnswers {
  return JSON.parse(readFileSync(recordingPath(name), "utf8")) as EngineAnswers;
}
