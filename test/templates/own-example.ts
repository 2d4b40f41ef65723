import { builtInNames, readOwnIntegrations, selectIntegrations, type Integration } from "../../infra/integrations";
import { exampleFiles, withFolder } from "./own-files";

/** The integrations that come with the program, by name. */
export const builtIn: Readonly<Record<string, Integration>> = Object.fromEntries(
  builtInNames.flatMap((name) => selectIntegrations([name]).map((integration) => [name, integration])),
);

/** The integration of the example, as the program reads it. */
export const example: Integration = withFolder(
  Object.fromEntries(Object.entries(exampleFiles()).map(([file, text]) => [`queue/${file}`, text])),
  (folder) => {
    const { integrations, problems } = readOwnIntegrations(folder, builtIn);
    if (integrations["queue"] === undefined) throw new Error(`the example can't be read: ${JSON.stringify(problems)}`);
    return integrations["queue"];
  },
);
