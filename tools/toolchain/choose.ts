import { UserError } from "../shared/errors";
import type { Log } from "../shared/progress";
import { RecentFailure } from "./downloads";
import { modeVariable, type Mode, type Origin, type ResolvedPart, type VendorPart } from "./parts";

/** A part that was found, downloaded or built: its version and location. */
export type Located = Pick<ResolvedPart, "version" | "location">;

/** The ways in which a part can be obtained. */
export interface Sources {
  /** Finds the part on this machine. */
  readonly find: () => Promise<Located | undefined>;
  /** Finds an earlier result of {@link make}, if that is as good as the vendor's. Default: does not look. */
  readonly kept?: () => Promise<Located | undefined>;
  /** Downloads the part with the vendor's client. Throws {@link UserError} if that fails. */
  readonly download: () => Promise<Located>;
  /** Builds the part, or its stand-in. */
  readonly make: () => Promise<Located>;
  /** What {@link make} returns: the vendor's program, or a stand-in. */
  readonly made: Extract<Origin, "built" | "stand-in">;
  /** Where and how to get the vendor's part, for an error: "Get it from …" */
  readonly vendorAddress: string;
}

/**
 * Gets a part in the ways that its mode allows. If a download fails, it logs the reason and tries the next way.
 * Throws {@link UserError} with the part's name if no way succeeds.
 */
export async function choose(part: VendorPart, mode: Mode, sources: Sources, log: Log): Promise<ResolvedPart> {
  const as = (origin: Origin, located: Located): ResolvedPart => ({ name: part, origin, ...located });
  const { made } = sources;
  // A program built from its own sources is no stand-in: it is as good as the vendor's in every mode.
  const mayMake = mode !== "vendor" || made === "built";
  const mayFind = mode !== "standin" || made === "built";
  if (mayFind) {
    const found = await sources.find();
    if (found !== undefined) return as("found", found);
    const kept = await sources.kept?.();
    if (kept !== undefined) return as(made, kept);
  }
  if (mode === "standin") return as(made, await make(part, sources));
  try {
    return as("downloaded", await sources.download());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!mayMake) {
      throw new UserError(
        [
          `${part}: the vendor's is not on this machine and can't be downloaded.`,
          `  Why: ${error.message.replaceAll("\n", "\n  ")}`,
          `  Get it from ${sources.vendorAddress}.`,
          `  For tests only, ${modeVariable(part)}=standin uses this project's stand-in.`,
        ].join("\n"),
      );
    }
    if (error instanceof RecentFailure) return as(made, await make(part, sources));
    const instead = made === "built" ? "building it from its module" : "using the stand-in";
    log(`${part}: the vendor's can't be downloaded (${firstLine(error.message)}); ${instead}.`);
  }
  return as(made, await make(part, sources));
}

async function make(part: VendorPart, { make: makeIt, made, vendorAddress }: Sources): Promise<Located> {
  try {
    return await makeIt();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const what = made === "built" ? "it can't be built here" : "its stand-in can't be built here";
    throw new UserError(`${part}: ${what}; get the vendor's from ${vendorAddress}.\n${error.message}`);
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.replace(/\.$/, "") ?? "";
}
