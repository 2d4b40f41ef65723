import { selectIntegrations, type BuiltInName } from "../../infra/integrations";

/**
 * The commands of a step on an integration's page, with the sample's password in place of `PASSWORD`. Samples are set up with
 * the commands from the documentation.
 * @param step number of the step on the page, from 1.
 */
export function guideLines(name: BuiltInName, step: number, password = ""): string[] {
  const code = selectIntegrations([name])[0]?.guide.steps?.[step - 1]?.code;
  if (code === undefined) throw new Error(`the page of ${name} has no lines in step ${step}`);
  return code.lines.map((line) => line.replaceAll("PASSWORD", password));
}
