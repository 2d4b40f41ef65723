import { spawn } from "node:child_process";
import { removeCaches } from "../../sandbox/host/caches";
import { runMain, UserError } from "../shared/errors";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "./index";
import {
  optionalVendorParts,
  ownParts,
  programParts,
  renderParts,
  vendorParts,
  type Part,
  type ResolvedPart,
} from "./parts";

const usage = `Usage: toolchain [part ...]          gets the parts (default: all of the vendors') and says which they are
       toolchain clean               removes all that is kept between runs
       toolchain exec -- command ... runs a command with the pulumi program, its language host and its plugins
Parts: ${vendorParts.join(", ")}; and by name ${[...optionalVendorParts, ...renderParts, ...ownParts].join(", ")}.`;

async function main(): Promise<number> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === "exec") return execute(rest[0] === "--" ? rest.slice(1) : rest);
  if (first === "clean") return clean();
  const names = first === undefined ? vendorParts : [first, ...rest];
  const toolchain = await resolveToolchain({ parts: names.map(partOf), log: logToStderr });
  for (const part of toolchain.parts) process.stdout.write(`${lineOf(part)}\n`);
  const standIns = toolchain.parts.filter(({ origin }) => origin === "stand-in").map(({ name }) => name);
  if (standIns.length > 0) logToStderr(describeStandIns(standIns));
  return 0;
}

async function clean(): Promise<number> {
  const removed = await removeCaches(logToStderr);
  for (const line of removed) process.stdout.write(`removed ${line}\n`);
  if (removed.length === 0) process.stdout.write("There is nothing to remove.\n");
  return 0;
}

function partOf(name: string): Part {
  const part = [...vendorParts, ...optionalVendorParts, ...renderParts, ...ownParts].find((known) => known === name);
  if (part === undefined) throw new UserError(`'${name}' is no part of the toolchain.\n${usage}`);
  return part;
}

function describeStandIns(parts: readonly Part[]): string {
  const programs = parts.filter((part) => programParts.some((program) => program === part));
  const deploys = `A deploy needs the vendors' ${programs.join(", ")}; without TOOLCHAIN=standin it uses no stand-in.`;
  return [
    "Stand-ins are for the sandbox, the tests and the benchmark.",
    ...(programs.length > 0 ? [deploys] : []),
  ].join(" ");
}

function lineOf(part: ResolvedPart): string {
  return [part.name.padEnd(17), part.origin.padEnd(11), part.version.padEnd(9), part.location].join(" ");
}

async function execute(command: readonly string[]): Promise<number> {
  const [program, ...args] = command;
  if (program === undefined) throw new UserError(usage);
  const { environment } = await resolveToolchain({ parts: programParts, purpose: "deploy", log: logToStderr });
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: "inherit" });
  // The terminal sends Ctrl-C to both processes; this one waits for the child's end.
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new UserError(`Can't start '${program}': ${error.message}`)));
    child.once("close", (status) => resolve(status ?? 130));
  });
}

runMain(main);
