import { UserError } from "../shared/errors";
import type { Log } from "../shared/progress";
import { RememberedFailure } from "./downloads";
import { modeVariable, type Mode, type Origin, type ResolvedPart, type VendorPart } from "./parts";

/** A part that was found, downloaded or made: its version and where it is. */
export type Located = Pick<ResolvedPart, "version" | "location">;

/** The ways to get a part. */
export interface Sources {
  /** What is on this machine already. */
  readonly find: () => Promise<Located | undefined>;
  /** What the vendor's client downloads. Throws {@link UserError} when it can't be had. */
  readonly download: () => Promise<Located>;
  /** What can be made here. */
  readonly make: () => Promise<Located>;
  /** What it is that {@link make} makes. */
  readonly made: Extract<Origin, "built" | "stand-in">;
  /** Where a person gets the vendor's part, for an error: "Get it from …" */
  readonly vendorAddress: string;
}

/**
 * Gets a part in the way that its mode asks for. Says on `log` why a download failed before it goes on without.
 * Throws {@link UserError} when no way that the mode allows leads to it.
 */
export async function choose(part: VendorPart, mode: Mode, sources: Sources, log: Log): Promise<ResolvedPart> {
  const as = (origin: Origin, located: Located): ResolvedPart => ({ name: part, origin, ...located });
  // A program built from its own sources is no stand-in: it is as good as the vendor's in every mode.
  const mayMake = mode !== "vendor" || sources.made === "built";
  const mayFind = mode !== "standin" || sources.made === "built";
  if (mayFind) {
    const found = await sources.find();
    if (found !== undefined) return as("found", found);
  }
  if (mode === "standin") return as(sources.made, await sources.make());
  try {
    return as("downloaded", await sources.download());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!mayMake) {
      throw new UserError(
        `${part}: the vendor's is neither on this machine nor to be downloaded, and ${modeVariable(part)} or TOOLCHAIN ` +
          `is 'vendor', which refuses a stand-in. Get it from ${sources.vendorAddress}, or allow the stand-in with ` +
          `${modeVariable(part)}=auto.\n${error.message}`,
      );
    }
    if (error instanceof RememberedFailure) return as(sources.made, await sources.make());
    const instead = sources.made === "built" ? "building it from its module" : "using the stand-in";
    log(`${part}: the vendor's can't be downloaded (${firstLine(error.message)}); ${instead}.`);
  }
  return as(sources.made, await sources.make());
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.replace(/\.$/, "") ?? "";
}
