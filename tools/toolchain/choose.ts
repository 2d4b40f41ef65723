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
  /** What {@link make} has made earlier, where that is as good as the vendor's. Default: not looked for. */
  readonly kept?: () => Promise<Located | undefined>;
  /** What the vendor's client downloads. Throws {@link UserError} when it can't be had. */
  readonly download: () => Promise<Located>;
  /** What can be made here. */
  readonly make: () => Promise<Located>;
  /** What it is that {@link make} makes. */
  readonly made: Extract<Origin, "built" | "stand-in">;
  /** Where and how a person gets the vendor's part, for an error: "Get it from …" */
  readonly vendorAddress: string;
}

/**
 * Gets a part in the way that its mode asks for. Says on `log` why a download failed before it goes on without.
 * Throws {@link UserError}, naming the part, when no way that the mode allows leads to it.
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
          `${part}: the vendor's is neither on this machine nor to be downloaded.`,
          `  Why: ${error.message.replaceAll("\n", "\n  ")}`,
          `  Get it from ${sources.vendorAddress}.`,
          `  For tests alone, ${modeVariable(part)}=standin takes this project's stand-in.`,
        ].join("\n"),
      );
    }
    if (error instanceof RememberedFailure) return as(made, await make(part, sources));
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
    const what = made === "built" ? "it can't be built here" : "its stand-in can't be made here";
    throw new UserError(`${part}: ${what}; the vendor's is to be had from ${vendorAddress}.\n${error.message}`);
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.replace(/\.$/, "") ?? "";
}
