import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const repository = join(__dirname, "..", "..", "..");
const goModule = join(repository, "test", "standins");
const goPackage = "docker-gen";
const cache = join(repository, "node_modules", ".cache", "standins");

let built: Promise<string> | undefined;

/**
 * The generator that tests run: the program that the environment variable GENERATOR_BINARY names, else the stand-in,
 * built when its sources have changed since the last time.
 *
 * @throws when there is no such program, or the stand-in does not build
 */
export function generatorBinary(): Promise<string> {
  const named = process.env["GENERATOR_BINARY"];
  if (named === undefined || named === "") {
    built ??= buildStandIn();
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

async function buildStandIn(): Promise<string> {
  const target = join(cache, `${goPackage}-${sourceHash()}`);
  if (existsSync(target)) {
    return target;
  }
  mkdirSync(cache, { recursive: true });
  // Other test workers may build at the same time: each its own file, renamed when it is whole.
  const unfinished = `${target}.${process.pid}`;
  await promisify(execFile)("go", ["build", "-o", unfinished, `./${goPackage}`], {
    cwd: goModule,
    env: { ...process.env, CGO_ENABLED: "0" },
  });
  renameSync(unfinished, target);
  return target;
}

function sourceHash(): string {
  const folder = join(goModule, goPackage);
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"))
    .sort()
    .map((name) => join(folder, name));
  const hash = createHash("sha256");
  for (const file of [join(goModule, "go.mod"), join(goModule, "go.sum"), ...sources]) {
    hash.update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}
