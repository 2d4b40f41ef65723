import { agentNetworks } from "../agent-networks";
import { configPath, type Integration } from "../integrations";
import type { HostSettings } from "../settings/hosts";
import { literal, readTemplate, render } from "./mustache";

const config = "/etc/docker-gen/config";
const templates = "/etc/docker-gen/templates";
const drafts = "/var/lib/docker-gen";

/** Where things lie inside the generator's container. */
export const generatorPlaces = {
  socket: "/tmp/docker.sock",
  config,
  configFile: `${config}/docker-gen.cfg`,
  publish: `${config}/publish.sh`,
  templates,
  /** Kept in memory: a new container publishes everything anew. */
  drafts,
  draft: `${drafts}/draft`,
  published: `${drafts}/published`,
  /** The folder that the agent reads. */
  generated: "/generated",
} as const;

type Files = Record<string, string>;
type TagSettings = Pick<HostSettings, "project" | "environment" | "stackName" | "networks">;

/** docker-gen's configuration and the script that publishes what it renders. */
export function generatorConfigFiles(
  host: Pick<HostSettings, "generator">,
  integrations: readonly Integration[],
): Files {
  const templateNames = Object.keys(templateSources(integrations));
  return {
    "docker-gen.cfg": render("generator/docker-gen.cfg", {
      templates: ["bundle.tmpl", ...templateNames].map((name) => `${templates}/${name}`).join(";"),
      draft: generatorPlaces.draft,
      publish: generatorPlaces.publish,
      quiet: host.generator.wait.quiet,
      longest: host.generator.wait.longest,
    }),
    "publish.sh": render("generator/publish.sh", {
      draft: generatorPlaces.draft,
      published: generatorPlaces.published,
      generated: generatorPlaces.generated,
      files: integrations.map((integration) => configPath(integration).file).join(" "),
    }),
  };
}

/** The templates that docker-gen renders at each container event. */
export function generatorTemplateFiles(host: TagSettings, integrations: readonly Integration[]): Files {
  const bundle = render("generator/bundle.tmpl", {
    ...stackView(host),
    integrations: integrations.map((integration) => ({
      ...integrationView(host, integration),
      containers: integration.containers !== undefined,
      body: integration.containers === undefined ? render(`integrations/${integration.template}`, stackView(host)) : "",
    })),
  });
  const stack = render("generator/stack.tmpl", {
    projectLiteral: literal(host.project),
    environmentLiteral: literal(host.environment),
    networksLiteral: literal(agentNetworks(host).join(",")),
  });
  return { "bundle.tmpl": bundle, ...templateSources(integrations), "stack.tmpl": stack };
}

/**
 * The configs that the agent has before the generator has run once, by path below the folder of generated files:
 * exactly what the generator writes on a host without containers.
 */
export function firstConfigs(host: TagSettings, integrations: readonly Integration[]): Files {
  return Object.fromEntries(
    integrations.map((integration) => [
      configPath(integration).file,
      integration.containers === undefined
        ? render(`integrations/${integration.template}`, stackView(host))
        : render("generator/first-config.yaml", integrationView(host, integration)),
    ]),
  );
}

/** Templates in docker-gen's language alone, by the name that docker-gen gives them. */
function templateSources(integrations: readonly Integration[]): Files {
  const ofContainers = integrations.filter(({ containers }) => containers !== undefined);
  return Object.fromEntries([
    ["rules.tmpl", readTemplate("generator/rules.tmpl")],
    ["stack.tmpl", ""],
    ...ofContainers.map(({ template }) => [template, readTemplate(`integrations/${template}`)] as const),
  ]);
}

function stackView(host: TagSettings): Record<string, string> {
  return {
    stackTag: literal(`stack:${host.stackName}`),
    projectTag: `project:${host.project}`,
    environmentTag: `environment:${host.environment}`,
  };
}

function integrationView(host: TagSettings, integration: Integration): Record<string, string> {
  const { containers, check, template } = integration;
  return {
    ...stackView(host),
    check,
    file: configPath(integration).file,
    service: containers?.service ?? "",
    serviceLiteral: literal(containers?.service ?? ""),
    defaultPort: literal(String(containers?.defaultPort ?? "")),
    instanceLiteral: literal(template),
  };
}
