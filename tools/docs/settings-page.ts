import { defaults, entryOf, metaOf, shapeOf, stackSchema, unwrap } from "../../infra/settings";
import type { z } from "zod";

/** One setting as the reference page shows it. */
interface Row {
  readonly path: string;
  readonly required: boolean;
  readonly description: string;
  readonly example: string;
  readonly fallback: string;
}

/** The reference page of all settings, in Markdown. */
export function settingsPage(): string {
  const rows = collect(stackSchema, "", defaults);
  const perHostRows = rows.filter(({ path }) => !path.startsWith("hosts[]."));
  const hostRows = rows.filter(({ path }) => /^hosts\[\]\.(name|address|hostKey|formerNames)/.test(path));
  return [
    "# Settings",
    "",
    "<!-- Made by `make docs` from infra/settings/schema. Don't edit by hand. -->",
    "",
    "What stands in `stacks/Pulumi.<stack>.yaml`, each key behind `datadog-hosts:`. What is required is marked with *.",
    "",
    "What the stacks of a project share may stand in `stacks/<project>.yaml`, in the same form. It wins over the defaults,",
    "and a stack's own file wins over it. Secrets stand in each stack's own file.",
    "",
    table(perHostRows),
    "",
    "## A host",
    "",
    "An entry of `hosts` has these, and any of the settings above from `user` on: a host's own word wins over the stack's.",
    "With `null`, a host undoes a setting of its stack, also a part of one, such as `jump: null` or `agent: { image: null }`:",
    "the default holds there.",
    "",
    table(hostRows),
    "",
  ].join("\n");
}

function collect(schema: z.core.$ZodType, prefix: string, fallback: unknown): Row[] {
  return Object.entries(shapeOf(schema) ?? {}).flatMap(([key, setting]) => {
    const path = `${prefix}${key}`;
    const meta = metaOf(setting);
    const own = isMapping(fallback) ? fallback[key] : undefined;
    const row: Row = {
      path,
      required: unwrap(setting) === setting,
      description: meta.description ?? "",
      example: meta.setWith === undefined ? inline(meta.example) : `\`${meta.setWith}\``,
      fallback: own === undefined || isMapping(own) ? "" : inline(own),
    };
    const entry = entryOf(setting);
    const nested =
      entry && shapeOf(entry) ? collect(entry, `${path}[].`, undefined) : collect(setting, `${path}.`, own);
    return [row, ...nested];
  });
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ path, required, description, example, fallback }) =>
      `| \`${path}\`${required ? " *" : ""} | ${description.replaceAll("|", "\\|")} | ${fallback} | ${example} |`,
  );
  return ["| key | meaning | default | example |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

function inline(value: unknown): string {
  return value === undefined ? "" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
