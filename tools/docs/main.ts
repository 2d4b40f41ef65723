/** `make docs`: writes the files that are generated from the schema of the settings and from the recorded run. */
import { writeFileSync } from "node:fs";

import { runMain } from "../shared/errors";
import { generatedFiles } from "./files";

runMain(() => {
  for (const [file, text] of Object.entries(generatedFiles())) writeFileSync(file, text);
  return Promise.resolve(0);
});
