import { z } from "zod";

import { hostKeyPattern, hostKeyProblem } from "../host-key";

/** A host's public key in the settings. */
export const hostKey = z
  .string()
  .superRefine((value, context) => {
    const problem = hostKeyProblem(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  })
  .meta({ pattern: hostKeyPattern });
