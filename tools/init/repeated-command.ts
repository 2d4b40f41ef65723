import { quote } from "../../infra/shell";
import { defaults } from "../../infra/settings";
import type { Answers } from "./answers";
import { variableOf, type Flag, type PresetAnswers } from "./options";
import { asHosts } from "./swarm-nodes";

/** The command that starts `make init` again with the same answers, so that they need not be typed again. */
export function repeatedCommand(preset: PresetAnswers, answers: Answers): string {
  const { project, environment, hosts, privateKeyFile, site } = answers;
  const typed: PresetAnswers = {
    project,
    environment,
    hosts: hosts.map((host) => asHosts([{ ...host, id: "" }], host)).join(" "),
    ...(privateKeyFile !== undefined && { key: privateKeyFile }),
    ...(site !== undefined && site !== defaults.site && { site }),
  };
  const variables = Object.entries({ ...preset, ...typed }).map(
    ([flag, value]) => `${variableOf(flag as Flag)}=${/^[\w.:/@~=-]+$/.test(value) ? value : quote(value)}`,
  );
  return ["make init", ...variables].join(" ");
}
