import { selectIntegrations, type BuiltInName } from "../../infra/integrations";

/**
 * The lines of a step on an integration's page, with a password of the sample's in place of `PASSWORD`: samples are set up by
 * what people are told to do.
 * @param step its place on the page, from 1.
 */
export function guideLines(name: BuiltInName, step: number, password = ""): string[] {
  const code = selectIntegrations([name])[0]?.guide.steps?.[step - 1]?.code;
  if (code === undefined) throw new Error(`the page of ${name} has no lines in step ${step}`);
  return code.lines.map((line) => line.replaceAll("PASSWORD", password));
}
