/**
 * Who may import whom; `make test-unit` holds these rules, and `make imports` prints the graph of folders.
 * Types count like everything else.
 */

/** What the folders that put everything on hosts may import. */
const partsOfHosts = [
  "agent",
  "container",
  "filter",
  "generations",
  "generator",
  "host",
  "integrations",
  "names",
  "rendering",
  "settings",
  "shell",
];

/** For each folder of infra/, the other folders that it may import. */
const arrows = {
  start: [],
  clearance: [],
  names: [],
  shell: [],
  integrations: [],
  settings: ["integrations", "names"],
  generations: ["integrations", "names", "settings"],
  rendering: ["generations", "integrations", "names", "settings", "shell"],
  host: ["names", "settings", "shell"],
  container: ["host", "names", "settings", "shell"],
  agent: ["container", "generations", "host", "integrations", "names", "settings", "shell"],
  filter: ["container", "generations", "names", "rendering", "settings", "shell"],
  generator: ["container", "generations", "host", "names", "rendering", "settings"],
  fleet: partsOfHosts,
  swarm: ["fleet", ...partsOfHosts],
};

const error = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    error("no-circles", "Two files that need each other are one thing, or hide a third.", {}, { circular: true }),
    ...Object.entries(arrows).map(([folder, others]) =>
      error(
        `from-${folder}`,
        `infra/${folder} may import ${others.length > 0 ? others.map((other) => `infra/${other}`).join(", ") : "no other folder"}.`,
        { path: `^infra/${folder}/` },
        { path: "^(infra|sandbox|tools|test)/", pathNot: `^infra/(${[folder, ...others].join("|")})/` },
      ),
    ),
    error(
      "by-the-index",
      "Another folder of infra/ is imported by its index.ts, which says what others may use. Tests may look inside.",
      { path: "^(infra/([^/]+)/|tools/|sandbox/)" },
      { path: "^infra/[^/]+/", pathNot: "^infra/[^/]+/index[.]ts$|^infra/start/load[.]cjs$|^infra/$2/" },
    ),
    error(
      "rendering-alone",
      "Rendering is a pure function of the settings: it needs no Pulumi.",
      { path: "^infra/(rendering|generations|integrations|names|shell)/" },
      { path: "@pulumi/", dependencyTypesNot: ["type-only"] },
    ),
    error(
      "no-tests-in-tools",
      "What make targets run needs no tests.",
      { path: "^(tools|sandbox)/" },
      { path: "^test/" },
    ),
    error(
      "sandbox-below-tools",
      "Test hosts and samples are what tools build on, not the other way round; tools/shared serves both.",
      { path: "^sandbox/" },
      { path: "^tools/", pathNot: "^tools/shared/" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { conditionNames: ["require", "import", "types", "default"], exportsFields: ["exports"] },
  },
};
