import { existsSync } from "node:fs";

import { silent } from "../../../tools/shared/progress";
import { standInDockerGen } from "../../../tools/toolchain/docker-gen-program";

let built: Promise<string> | undefined;

/**
 * The generator that tests run: the program that the environment variable GENERATOR_BINARY names, else the stand-in, which
 * the toolchain builds when its sources have changed.
 *
 * @throws when there is no such program, or the stand-in does not build
 */
export function generatorBinary(): Promise<string> {
  const named = process.env["GENERATOR_BINARY"];
  if (named === undefined || named === "") {
    built ??= standInDockerGen(silent);
    return built;
  }
  if (!existsSync(named)) {
    return Promise.reject(new Error(`GENERATOR_BINARY names ${named}, and there is no such file`));
  }
  return Promise.resolve(named);
}

/** Whether tests run the stand-in rather than a program that the environment names. */
export function isStandIn(): boolean {
  return (process.env["GENERATOR_BINARY"] ?? "") === "";
}
