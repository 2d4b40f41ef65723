import { readFileSync } from "node:fs";

import { serviceNames, type GenerationNumber } from "../../infra/integrations";
import { hintVariables } from "../../infra/integrations/guide";
import { integrationsOf } from "./render-configs";

/** A service that containers can ask for, as its integration says. */
export interface Service {
  /** The usual name of the service, such as `redis`. */
  readonly name: string;
  /** The check that it comes to in the generation. */
  readonly check: string;
  /** The usual port; undefined where a container has to say one. */
  readonly defaultPort: number | undefined;
  /** The keys that its template can write. */
  readonly keys: readonly string[];
}

/** The parts of the rules that several templates share, and that write keys, by name. */
const shared = Object.fromEntries(
  ["page-options", "page-login", "label-options"].map((part) => [
    part,
    new RegExp(`\\{\\{ define "${part}" [\\s\\S]*?\\n\\{\\{- end \\}\\}`).exec(readFileSync("templates/generator/pages.tmpl", "utf8"))?.[0] ?? "",
  ]),
);

/** All services of a generation. */
export function servicesOf(generation: GenerationNumber): Service[] {
  return integrationsOf(generation).flatMap((integration) => {
    const [name] = serviceNames(integration);
    if (name === undefined) return [];
    const own = integration.own?.template ?? readFileSync(`templates/integrations/${integration.template[generation]}`, "utf8");
    const template = own + Object.entries(shared).map(([part, text]) => (own.includes(`eval "${part}"`) ? text : "")).join("");
    return [
      {
        name,
        check: integration.check[generation],
        defaultPort: integration.containers?.defaultPort,
        keys: ["tags", ...[...template.matchAll(/(?:^| |\})([a-z_]+):(?= |\{|$)/gm)].map(([, key = ""]) => key)],
      },
    ];
  });
}

/** Every environment variable by which a container declares something for an integration, with the name of its label. */
export const declared: Readonly<Record<string, string>> = {
  PROJECT: "project",
  ENVIRONMENT: "environment",
  DATADOG_TAGS: "tags",
  ...Object.fromEntries(Object.entries(hintVariables).map(([hint, variable]) => [variable, hint])),
};
