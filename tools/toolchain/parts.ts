import { UserError } from "../shared/errors";

/** The vendors' programs, plugins and images that the product uses. */
export const vendorParts = [
  "pulumi",
  "language-host",
  "docker-plugin",
  "command-plugin",
  "docker-gen-image",
  "agent-image",
] as const;

/** Vendors' parts that few stacks use: resolved only when asked for by name. */
export const optionalVendorParts = ["agent-5-image"] as const;

/** Vendors' programs that only `make render` uses. */
export const renderParts = ["docker-gen"] as const;

/** Parts for tests and sandbox only; always built here. */
export const ownParts = ["intake-image", "services-image"] as const;

/** A part that a vendor makes. */
export type VendorPart = (typeof vendorParts | typeof optionalVendorParts | typeof renderParts)[number];

/** Any part of the toolchain. */
export type Part = VendorPart | (typeof ownParts)[number];

/** The programs that run on this machine, each listed after those that it needs. */
export const programParts = ["pulumi", "language-host", "docker-plugin", "command-plugin"] as const;

/** What a toolchain is for. `deploy`: real hosts; `trial`: test hosts, including the sandbox's. */
export type Purpose = "deploy" | "trial";

/**
 * Where a part may come from. `auto`: from this machine, else downloaded from the vendor, else built here; for a deploy
 * never a stand-in. `vendor`: the same, but never a stand-in. `standin`: always the stand-in.
 */
export type Mode = "auto" | "vendor" | "standin";

/** Where a part came from. */
export type Origin = "found" | "downloaded" | "built" | "stand-in";

/** A part that is ready for use. */
export interface ResolvedPart {
  readonly name: Part;
  readonly origin: Origin;
  /** Its version, or for a stand-in that of the original. */
  readonly version: string;
  /** A program's path or an image's reference. */
  readonly location: string;
}

/** The exact versions of the parts; they must match the npm packages in package.json. */
export const versions = { pulumi: "3.259.0", docker: "5.2.0", command: "1.2.1", "docker-gen": "0.17.2" } as const;

/** The variable that sets one part's mode: `TOOLCHAIN_AGENT_IMAGE`. */
export function modeVariable(part: VendorPart): string {
  return `TOOLCHAIN_${part.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * The mode of each part: `TOOLCHAIN_<PART>`, else `TOOLCHAIN`, else `auto`. For a deploy, `auto` is `vendor`.
 * Throws {@link UserError} for an unknown mode, and for a variable that names no part.
 */
export function readModes(environment: NodeJS.ProcessEnv, purpose: Purpose): Record<VendorPart, Mode> {
  const parts: readonly VendorPart[] = [...vendorParts, ...optionalVendorParts, ...renderParts];
  const known = new Map(parts.map((part) => [modeVariable(part), part]));
  for (const [name, value] of Object.entries(environment)) {
    // Other programs may use such names too, but hardly with these values.
    if (name.startsWith("TOOLCHAIN_") && !known.has(name) && isMode(value)) {
      throw new UserError(`${name} names no part of the toolchain. There are: ${[...known.keys()].join(", ")}.`);
    }
  }
  const general = readMode(environment, "TOOLCHAIN") ?? "auto";
  const modes = parts.map((part) => {
    const mode = readMode(environment, modeVariable(part)) ?? general;
    return [part, mode === "auto" && purpose === "deploy" ? "vendor" : mode];
  });
  return Object.fromEntries(modes) as Record<VendorPart, Mode>;
}

/** The environment variables with which this project's other tools use the same stand-ins, even for a deploy. */
export function standInVariables(parts: readonly ResolvedPart[]): Record<string, string> {
  const standIns = parts.filter(({ origin }) => origin === "stand-in");
  return Object.fromEntries(standIns.map(({ name }) => [modeVariable(name as VendorPart), "standin"]));
}

function readMode(environment: NodeJS.ProcessEnv, name: string): Mode | undefined {
  const value = environment[name];
  if (value === undefined || value === "") return undefined;
  if (isMode(value)) return value;
  throw new UserError(`${name} is '${value}'. Set it to auto, vendor or standin.`);
}

function isMode(value: string | undefined): value is Mode {
  return value === "auto" || value === "vendor" || value === "standin";
}
