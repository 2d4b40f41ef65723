import { ensureEngine } from "../../sandbox/host/engine";
import { ensureServicesImage } from "../../sandbox/host/services-image";
import { allOf, UserError } from "../shared/errors";
import type { Log } from "../shared/progress";
import { choose, type Sources } from "./choose";
import { composeEnvironment } from "./compose";
import { dockerGenProgramSources } from "./docker-gen-program";
import { agent5Sources, agentSources, dockerGenSources } from "./images";
import {
  programParts,
  readModes,
  type renderParts,
  standInVariables,
  vendorParts,
  type Mode,
  type Part,
  type Purpose,
  type ResolvedPart,
  type VendorPart,
} from "./parts";
import { languageHostSources, pulumiSources } from "./pulumi-program";
import { pluginSources, type SourceOptions } from "./plugins";
import { ensureStandInImage, intakeImage } from "./standin-images";
import { standInPlugin } from "./standin-plugins";

export type { Mode, Origin, Part, Purpose, ResolvedPart, VendorPart } from "./parts";

/** Options of {@link resolveToolchain}. */
export interface ToolchainOptions {
  /** The parts to resolve; the `pulumi` program comes with the language host and the plugins. Default: all vendors' parts. */
  readonly parts?: readonly Part[];
  /** What the toolchain is for: by default, a deploy uses no stand-ins. Default: a trial. */
  readonly purpose?: Purpose;
  /** Called with each line of progress. */
  readonly log: Log;
  /** Where the modes are read from (`TOOLCHAIN`, `TOOLCHAIN_<PART>`). Default: this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** References of the images, as for `docker run`. Reading an image that was not requested throws an error. */
export interface ToolchainImages {
  /** docker-gen. */
  readonly generator: string;
  /** The agent, generation 7. */
  readonly agent: string;
  /** The agent, generation 5. */
  readonly agent5: string;
  /** The intake of tests and sandbox. */
  readonly intake: string;
  /** redis-server, nginx, apache2, memcached, postgresql. */
  readonly services: string;
}

/** A complete toolchain. */
export interface Toolchain {
  /** Each part that was resolved: its origin, version and location. */
  readonly parts: readonly ResolvedPart[];
  /**
   * Environment variables with which a process, including this project's own tools, uses this toolchain. Empty if only images
   * were requested.
   */
  readonly environment: Readonly<Record<string, string>>;
  readonly images: ToolchainImages;
}

/**
 * Gets the parts of the toolchain, each in the ways that its mode allows (see {@link Mode}), and caches what it builds. A second
 * call is immediate. Throws {@link UserError} if a part is not available; the message names it and what to install.
 */
export async function resolveToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const { log, parts = vendorParts, purpose = "trial" } = options;
  const modes = readModes(options.environment ?? process.env, purpose);
  const wanted = new Set<Part>(parts);
  const programs = programParts.filter((part) => wanted.has(part));
  const imageParts = (Object.keys(imageMakers) as ImagePart[]).filter((part) => wanted.has(part));
  // In parallel: they don't depend on each other, and some take minutes.
  const [resolved, dockerGen, images] = await Promise.all([
    programs.length > 0 ? resolvePrograms(programs, modes, log) : { parts: [], environment: {} },
    wanted.has("docker-gen") ? resolveDockerGen(modes["docker-gen"], log) : [],
    resolveImages(imageParts, modes, log),
  ]);
  return {
    parts: [...resolved.parts, ...dockerGen, ...images],
    environment: resolved.environment,
    images: imagesOf(images),
  };
}

async function resolvePrograms(
  wanted: readonly ProgramPart[],
  modes: Record<VendorPart, Mode>,
  log: Log,
): Promise<Pick<Toolchain, "parts" | "environment">> {
  // A part that is explicitly requested from the vendor is tried again.
  const retry = (part: VendorPart): boolean => modes[part] === "vendor";
  const pulumi = await choose("pulumi", modes.pulumi, pulumiSources(log, retry("pulumi")), log);
  const others = wanted.filter((part) => part !== "pulumi");
  const resolved = await allOf(
    others.map((part) => {
      const standIn = (): Promise<string> => standInPlugin(otherPrograms[part].standIn, log);
      const options = { pulumi: pulumi.location, standIn, retry: retry(part), log };
      return choose(part, modes[part], otherPrograms[part].sources(options), log);
    }),
  );
  const locationOf = (name: ProgramPart): string | undefined => resolved.find((part) => part.name === name)?.location;
  const programs = {
    pulumi: pulumi.location,
    languageHost: locationOf("language-host"),
    plugins: { docker: locationOf("docker-plugin"), command: locationOf("command-plugin") },
  };
  const parts = [pulumi, ...resolved];
  return { parts, environment: { ...(await composeEnvironment(programs, log)), ...standInVariables(parts) } };
}

async function resolveDockerGen(mode: Mode, log: Log): Promise<ResolvedPart[]> {
  return [await choose("docker-gen", mode, dockerGenProgramSources(log, mode === "vendor"), log)];
}

type ProgramPart = (typeof programParts)[number];

/** The programs that `pulumi` starts: their sources, and the names of their stand-ins. */
const otherPrograms = {
  "language-host": { standIn: "language-nodejs", sources: languageHostSources },
  "docker-plugin": { standIn: "resource-docker", sources: (options) => pluginSources("docker", options) },
  "command-plugin": { standIn: "resource-command", sources: (options) => pluginSources("command", options) },
} as const satisfies Record<
  Exclude<ProgramPart, "pulumi">,
  { readonly standIn: string; readonly sources: (options: SourceOptions) => Sources }
>;

type ImagePart = Exclude<Part, (typeof programParts | typeof renderParts)[number]>;

type ImageMaker = (modes: Record<VendorPart, Mode>, log: Log) => Promise<ResolvedPart>;

const imageMakers: Record<ImagePart, ImageMaker> = {
  "docker-gen-image": (modes, log) => {
    const mode = modes["docker-gen-image"];
    return choose("docker-gen-image", mode, dockerGenSources(log, mode === "vendor"), log);
  },
  "agent-image": (modes, log) => {
    const mode = modes["agent-image"];
    return choose("agent-image", mode, agentSources(log, mode === "vendor"), log);
  },
  "agent-5-image": (modes, log) => {
    const mode = modes["agent-5-image"];
    return choose("agent-5-image", mode, agent5Sources(log, mode === "vendor"), log);
  },
  "intake-image": async (_, log) => built("intake-image", await ensureStandInImage(intakeImage, log)),
  "services-image": async (_, log) => built("services-image", await ensureServicesImage(log)),
};

function built(name: Part, location: string): ResolvedPart {
  return { name, origin: "built", version: location.slice(location.lastIndexOf(":") + 1), location };
}

async function resolveImages(
  parts: readonly ImagePart[],
  modes: Record<VendorPart, Mode>,
  log: Log,
): Promise<ResolvedPart[]> {
  if (parts.length === 0) return [];
  try {
    await ensureEngine(log);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${parts.join(", ")}: images need a Docker engine. ${error.message}`);
  }
  return allOf(parts.map((part) => imageMakers[part](modes, log)));
}

function imagesOf(resolved: readonly ResolvedPart[]): ToolchainImages {
  const reference = (part: ImagePart): string => {
    const found = resolved.find(({ name }) => name === part);
    if (found === undefined) throw new Error(`'${part}' is not among the parts that were asked for`);
    return found.location;
  };
  return {
    get generator() {
      return reference("docker-gen-image");
    },
    get agent() {
      return reference("agent-image");
    },
    get agent5() {
      return reference("agent-5-image");
    },
    get intake() {
      return reference("intake-image");
    },
    get services() {
      return reference("services-image");
    },
  };
}
