/** `make docs`: generates files from the schema of the settings, the integrations and the recorded run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { runMain } from "../shared/errors";
import { generatedFiles } from "./files";

runMain(() => {
  for (const [file, text] of Object.entries(generatedFiles())) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return Promise.resolve(0);
});
