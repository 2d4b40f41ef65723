import type { HostSettings } from "../settings";
import { generationOf } from "../generations";
import { hintNames, hintVariables, serviceNames, type Integration } from "../integrations";
import { containerNames, engineSocket, logConfigsFolder } from "../names";
import { withValues } from "../shell";
import { milliseconds } from "./duration";
import { literal, readTemplate, render } from "./mustache";

const config = "/etc/docker-gen/config";
const templates = "/etc/docker-gen/templates";
const drafts = "/var/lib/docker-gen";

/** How long docker-gen may take to render once it has waited, in seconds, on a busy host too. */
const renderSeconds = 10;

/** Paths in the generator's container. */
export const generatorPaths = {
  config,
  configFile: `${config}/docker-gen.cfg`,
  publish: `${config}/publish.sh`,
  templates,
  /** Kept in memory: a new container publishes everything again. */
  drafts,
  /** What publish.sh leaves beside the draft of the agent's configs once they are published. */
  published: `${drafts}/datadog.published`,
  /** The folder of generated files, by service. */
  generated: "/generated",
  /** The password files that containers can declare. */
  passwords: "/run/datadog-passwords",
} as const;

type Files = Record<string, string>;

/** The settings that the generator's files depend on. */
export type GeneratorSettings = Pick<
  HostSettings,
  "project" | "environment" | "stackName" | "agentNetworks" | "passwordFiles" | "discovery"
> & {
  readonly agent: Pick<HostSettings["agent"], "generation">;
  readonly generator: Pick<HostSettings["generator"], "wait">;
  /** The containers whose logs are collected. Default: none. */
  readonly logs?: Pick<HostSettings["logs"], "all" | "declared">;
};

/** docker-gen's configuration and the script that publishes what it renders. */
export function generatorConfigFiles(host: GeneratorSettings, integrations: readonly Integration[]): Files {
  const generation = generationOf(host);
  const pages = statusPages(integrations);
  return {
    "docker-gen.cfg": render("generator/docker-gen.cfg", {
      templates,
      parts: parts(host, integrations)
        .map(({ template }) => `${templates}/${template}`)
        .join(";"),
      shared: Object.keys(sharedTemplates(host, integrations))
        .map((name) => `${templates}/${name}`)
        .join(";"),
      drafts,
      publish: generatorPaths.publish,
      quiet: host.generator.wait.quiet ?? generation.defaultQuiet,
      longest: host.generator.wait.longest,
      agentName: containerNames.agent,
      reloadSignal: generation.reloadSignal ?? false,
    }),
    "publish.sh": withValues(["pages", "publish"], {
      drafts,
      generated: generatorPaths.generated,
      templates,
      own_port: pages.flatMap(({ ownPort, service }) => (ownPort ? [service] : [])).join(" "),
      names: ["datadog", ...pages.map(({ service }) => service)].join(" "),
      passwords: host.passwordFiles.length > 0 ? generatorPaths.passwords : "",
      patience: String(Math.ceil(milliseconds(host.generator.wait.longest) / 1000) + renderSeconds),
    }),
  };
}

/** The templates that docker-gen renders at each container event. */
export function generatorTemplateFiles(host: GeneratorSettings, integrations: readonly Integration[]): Files {
  const bundle = render("generator/bundle.tmpl", {
    logs: withLogs(host),
    hints: Object.entries(hintVariables).map(([name, variable]) => ({
      nameLiteral: literal(name),
      labelLiteral: literal(`.${name}\n`),
      variableLiteral: literal(`\n${variable}`),
    })),
    integrations: integrations.map((integration) => ({
      ...integrationView(host, integration),
      containers: integration.containers !== undefined,
      body: integration.containers === undefined ? renderWhole(host, integration) : "",
    })),
  });
  const statusBundles = statusPages(integrations).map((page): [string, string] => [
    `status-${page.service}.tmpl`,
    render("generator/status-bundle.tmpl", page),
  ]);
  const { reloadSignal } = generationOf(host);
  const reader = reloadSignal === undefined ? {} : { "reader.tmpl": render("generator/reader.tmpl", { reloadSignal }) };
  return {
    "all.tmpl": render("generator/all.tmpl", { parts: parts(host, integrations) }),
    "bundle.tmpl": bundle,
    "seen.tmpl": readTemplate("generator/seen.tmpl"),
    ...reader,
    ...Object.fromEntries(statusBundles),
    ...sharedTemplates(host, integrations),
  };
}

/**
 * The configs for the time before the generator's first run, by path below the folder of configs: exactly what the generator
 * writes on a host without containers.
 */
export function firstConfigs(host: GeneratorSettings, integrations: readonly Integration[]): Files {
  return Object.fromEntries(
    integrations.map((integration) => [
      configFile(host, integration),
      integration.containers === undefined
        ? renderWhole(host, integration)
        : render("generator/first-config.yaml", integrationView(host, integration)),
    ]),
  );
}

/** The path of an integration's config below the folder of configs. */
export function configFile(host: Pick<GeneratorSettings, "agent">, integration: Integration): string {
  const generation = generationOf(host);
  return generation.configFile(integration.check[generation.number]);
}

/** The drafts that docker-gen renders at once, and the template of each. */
function parts(
  host: GeneratorSettings,
  integrations: readonly Integration[],
): { readonly draft: string; readonly template: string }[] {
  const signalled = generationOf(host).reloadSignal !== undefined;
  return [
    // What docker-gen sees: the health check compares it with what the engine says.
    { draft: "seen", template: "seen.tmpl" },
    // The container that reads the configs, and its signal: publish.sh signals it after a late publication.
    signalled ? { draft: "reader", template: "reader.tmpl" } : { draft: "datadog", template: "bundle.tmpl" },
    ...statusPages(integrations).map(({ service }) => ({ draft: service, template: `status-${service}.tmpl` })),
  ];
}

/** The rules that all integrations share. */
const ruleFiles = [
  "hints.tmpl",
  "addresses.tmpl",
  "pages.tmpl",
  "logins.tmpl",
  "services.tmpl",
  "tags.tmpl",
  "checks.tmpl",
] as const;

/** Templates that others call, by the name that docker-gen gives them. */
function sharedTemplates(host: GeneratorSettings, integrations: readonly Integration[]): Files {
  const generation = generationOf(host);
  const ofContainers = integrations.filter(({ containers }) => containers !== undefined);
  return Object.fromEntries([
    ...ruleFiles.map((name) => [name, readTemplate(`generator/${name}`)] as const),
    ...(withLogs(host) ? [["logs.tmpl", renderLogs(host, ofContainers)] as const] : []),
    [
      "stack.tmpl",
      render("generator/stack.tmpl", {
        projectLiteral: literal(host.project),
        environmentLiteral: literal(host.environment),
        networksLiteral: literal(host.agentNetworks.join(",")),
        agentNameLiteral: literal(containerNames.agent),
        generationLiteral: literal(String(generation.number)),
        runsAnnotatedLiteral: literal(generation.runsAnnotated(host) ? "yes" : "no"),
        withoutInstancesLiteral: literal(generation.withoutInstances),
        passwordFilesLiteral: literal(passwordFileLines(host).join("\n")),
        passwordsFolderLiteral: literal(generatorPaths.passwords),
        otherNames: ofContainers.flatMap(otherNames),
        usualPorts: ofContainers.flatMap(usualPort),
      }),
    ],
    ...ofContainers.map(({ template, own }) => {
      const name = template[generation.number];
      return [name, own?.template ?? readTemplate(`integrations/${name}`)] as const;
    }),
    ...statusPages(integrations).map(({ file }) => [file, readTemplate(`status-pages/${file}`)] as const),
  ]);
}

/** What a container may call a service in a hint for that service alone; nothing if it has only its usual name. */
function otherNames(integration: Integration): { readonly serviceLiteral: string; readonly namesLiteral: string }[] {
  const [service = ""] = serviceNames(integration);
  const others = hintNames(integration).filter((name) => name !== service);
  return others.length === 0 ? [] : [{ serviceLiteral: literal(service), namesLiteral: literal(others.join(",")) }];
}

/** The usual port of a service, by all its names; nothing if it has none, or if its check may be of any program's port. */
function usualPort(integration: Integration): { readonly namesLiterals: string; readonly portLiteral: string }[] {
  const { defaultPort, logSource } = integration.containers ?? {};
  // What has logs is a program.
  if (defaultPort === undefined || logSource === null) return [];
  return [
    { namesLiterals: serviceNames(integration).map(literal).join(" "), portLiteral: literal(String(defaultPort)) },
  ];
}

function withLogs({ logs }: GeneratorSettings): boolean {
  return logs !== undefined && (logs.all || logs.declared);
}

/** The template of the configs of containers' logs. */
function renderLogs(host: GeneratorSettings, integrations: readonly Integration[]): string {
  const sources = integrations.flatMap((integration) => {
    const [service = "", ...others] = serviceNames(integration);
    const source = integration.containers?.logSource;
    return source === null ? [] : [service, ...others].map((name) => ({ name, service, source: source ?? service }));
  });
  return render("generator/logs.tmpl", {
    folder: logConfigsFolder,
    allLiteral: literal(host.logs?.all === true ? "yes" : "no"),
    generatorNameLiteral: literal(containerNames.generator),
    sourcesLiteral: literal(sources.map(({ name, service, source }) => `${name} ${service} ${source}`).join(",")),
  });
}

/** A line with file, container and network for each binding of a password file; none of the three contains a blank. */
function passwordFileLines({ passwordFiles }: GeneratorSettings): string[] {
  return passwordFiles
    .flatMap(({ name, containers, network }) => containers.map((container) => `${name} ${container} ${network}`))
    .sort();
}

/** A config that depends on no container. */
function renderWhole(host: GeneratorSettings, { template }: Integration): string {
  return render(`integrations/${template[host.agent.generation]}`, {
    stackTag: literal(`stack:${host.stackName}`),
    engineLiteral: literal(engineSocket.url),
  });
}

function statusPages(integrations: readonly Integration[]) {
  return integrations.flatMap(({ statusPage, containers }) =>
    statusPage === undefined ? [] : [{ ...statusPage, defaultPort: literal(String(containers?.defaultPort ?? "")) }],
  );
}

function integrationView(host: GeneratorSettings, integration: Integration): Record<string, string> {
  const { containers } = integration;
  const generation = generationOf(host);
  const check = integration.check[generation.number];
  const folder = generation.instanceFolder(check);
  return {
    file: configFile(host, integration),
    check,
    checkLiteral: literal(check),
    folderLiteral: literal(folder ?? ""),
    location: folder === undefined ? "" : ", each in a file of its own named by the container's id",
    projectTag: `project:${host.project}`,
    environmentTag: `environment:${host.environment}`,
    service: containers?.service ?? "",
    servicesLiteral: literal(serviceNames(integration).join(",")),
    defaultPort: literal(String(containers?.defaultPort ?? "")),
    instanceLiteral: literal(integration.template[generation.number]),
    withoutInstances: generation.withoutInstances,
  };
}
