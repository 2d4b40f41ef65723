import * as path from "node:path";

/** The folder of the integrations that are the stacks' own. */
export const ownFolder = path.join(__dirname, "..", "..", "stacks", "integrations");
