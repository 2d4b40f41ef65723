import { z } from "zod";

/** A list of texts in a document that a tool prints for scripts. */
export const texts = (description: string) => z.array(z.string()).readonly().describe(description);
