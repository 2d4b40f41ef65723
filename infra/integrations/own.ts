import * as fs from "node:fs";
import * as path from "node:path";

import { parseDocument } from "yaml";
import { z } from "zod";

import type { GenerationNumber, Integration } from "./integration";
import { templateProblem } from "./own-template";
import { takenModules } from "./python-modules";

/** A problem in a file of an own integration. */
export interface OwnProblem {
  /** The file from the repository's root, in brackets, as problems in files that stacks share have it. */
  readonly path: string;
  /** What is wrong, with the key if there is one, and what to do. */
  readonly problem: string;
}

/** The integrations of a folder, by name, and the problems of those that can't be used and are left out. */
export interface OwnIntegrations {
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly problems: readonly OwnProblem[];
}

const settingsFile = "integration.yaml";
const templateFile = "instance.tmpl";

const option = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))]);
const words = z.array(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "a word has lower-case letters, digits, _ and -"));
const names = z.array(z.string().min(1)).default([]);

const settings = z.strictObject({
  check: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, "the check's name has letters, digits and _")
    .optional(),
  services: words.min(1, "needs at least one word").optional(),
  port: z.int().min(1, "is a port from 1 to 65535").max(65535, "is a port from 1 to 65535").optional(),
  generation: z.literal([7, 5]).optional(),
  signs: z.strictObject({ images: names, programs: names, variables: names }).optional(),
  defaults: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "an option's name has lower-case letters, digits and _"), option)
    .default({}),
});

type Settings = z.output<typeof settings>;

/**
 * Reads the integrations of a stack's own: a folder each, with the settings in `integration.yaml`, the template of one
 * instance in `instance.tmpl`, and for a check of one's own in Python `<check>.py`.
 * @param folder such as `stacks/integrations`; if it is missing, there are none.
 * @param builtIn the integrations that have their names, words and checks already.
 */
export function readOwnIntegrations(folder: string, builtIn: Readonly<Record<string, Integration>>): OwnIntegrations {
  const taken = { ...builtIn };
  const integrations: Record<string, Integration> = {};
  const problems: OwnProblem[] = [];
  for (const name of foldersIn(folder)) {
    const found = readOne(folder, name, taken);
    if (found.problems.length > 0) problems.push(...found.problems);
    else if (found.integration !== undefined) taken[name] = integrations[name] = found.integration;
  }
  return { integrations, problems };
}

/** The files with the checks in Python that some integrations bring along, by name. */
export function pythonChecks(integrations: readonly Integration[]): Record<string, string> {
  return Object.fromEntries(
    integrations.flatMap(({ own }) => (own?.python === undefined ? [] : [[own.python.file, own.python.text]])),
  );
}

function foldersIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => !name.startsWith(".") && fs.statSync(path.join(folder, name)).isDirectory())
    .sort();
}

function readOne(
  folder: string,
  name: string,
  taken: Readonly<Record<string, Integration>>,
): { integration?: Integration; problems: OwnProblem[] } {
  const problems: OwnProblem[] = [];
  const refuse = (file: string, problem: string): void => {
    problems.push({ path: `(stacks/integrations/${[name, file].filter(Boolean).join("/")})`, problem });
  };
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) {
    refuse("", "is no name for an integration; use lower-case letters, digits and _");
    return { problems };
  }
  if (name in taken) {
    refuse("", `has the name of an integration that is there already; rename the folder`);
    return { problems };
  }
  const read = readSettings(path.join(folder, name, settingsFile), (problem) => refuse(settingsFile, problem));
  const template = readText(path.join(folder, name, templateFile));
  if (template === undefined) refuse(templateFile, "is missing; write the template of one instance there");
  const wrong = template === undefined ? undefined : templateProblem(template);
  if (wrong !== undefined) refuse(templateFile, wrong);
  if (read === undefined || template === undefined || problems.length > 0) return { problems };
  const check = read.check ?? name;
  const python = readText(path.join(folder, name, `${check}.py`));
  if (python !== undefined && takenModules.has(check)) {
    refuse(
      `${check}.py`,
      `has the name of a module of Python, which the agent would import in its place; name the file custom_${check}.py, and write check: custom_${check} into ${settingsFile}`,
    );
  }
  for (const file of strangers(path.join(folder, name), check)) {
    refuse(file, `is not read; the files are ${settingsFile}, ${templateFile} and ${check}.py`);
  }
  const integration = integrationOf(name, check, read, template, python);
  for (const problem of collisions(integration, taken)) refuse(settingsFile, problem);
  for (const problem of defaultProblems(read.defaults, template)) refuse(settingsFile, problem);
  return { integration, problems };
}

function readSettings(file: string, refuse: (problem: string) => void): Settings | undefined {
  const text = readText(file);
  if (text === undefined) {
    refuse("is missing; it may be empty: then the folder's name is the name of the check and of the service");
    return undefined;
  }
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) {
    refuse(`is not valid YAML: ${error.message} (line ${text.slice(0, error.pos[0]).split("\n").length})`);
    return undefined;
  }
  const parsed = settings.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) refuse(describe(issue));
  return undefined;
}

function describe(issue: z.core.$ZodIssue): string {
  const keys = Object.keys(settings.shape).join(", ");
  if (issue.code === "unrecognized_keys")
    return `has ${issue.keys.join(", ")}, which is not read; the keys are ${keys}`;
  const key = issue.path.join(".");
  return key === "" ? `is not a mapping; the keys are ${keys}` : `has a wrong ${key}: ${issue.message}`;
}

/** The text of a file; undefined if there is none. */
function readText(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

/** Files that look as if they were read. */
function strangers(folder: string, check: string): string[] {
  const known = [settingsFile, templateFile, `${check}.py`];
  return fs
    .readdirSync(folder)
    .filter((file) => /\.(ya?ml|tmpl|py)$/.test(file) && !known.includes(file))
    .sort();
}

function integrationOf(
  name: string,
  check: string,
  { services = [name], port, generation, signs, defaults }: Settings,
  template: string,
  python: string | undefined,
): Integration {
  const [service = name, ...otherNames] = services;
  const both = <Value>(value: Value): Record<GenerationNumber, Value> => ({ 5: value, 7: value });
  return {
    check: both(check),
    template: both(`own-${name}.tmpl`),
    ...(generation !== undefined && { onlyIn: generation }),
    containers: {
      service,
      otherNames,
      ...(port !== undefined && { defaultPort: port }),
      ...(signs !== undefined && { signs }),
    },
    own: {
      template: withDefaults(template, defaults),
      ...(python !== undefined && { python: { file: `${check}.py`, text: python } }),
    },
    guide: { title: name, reads: "" },
  };
}

/** A template whose instances also have some options. */
function withDefaults(template: string, defaults: Settings["defaults"]): string {
  const lines = Object.entries(defaults).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
  // The line end is printed, because the template's last action may remove those that are written.
  return lines.length === 0 ? template : `${template.trimEnd()}{{ "\\n" }}${lines.join("\n")}\n`;
}

/** Words and checks that another integration has. */
function collisions(integration: Integration, taken: Readonly<Record<string, Integration>>): string[] {
  const wordsOf = ({ containers }: Integration): string[] =>
    containers === undefined ? [] : [containers.service, ...(containers.otherNames ?? [])];
  return Object.entries(taken).flatMap(([other, known]) => {
    const check = Object.values(integration.check).find((one) => Object.values(known.check).includes(one));
    const word = wordsOf(integration).find((one) => wordsOf(known).includes(one));
    return [
      ...(check === undefined
        ? []
        : [`has the check ${check}, which the integration ${other} has; only one can have it`]),
      ...(word === undefined
        ? []
        : [`has ${word} among its services, which the integration ${other} has; use another word`]),
    ];
  });
}

function defaultProblems(defaults: Settings["defaults"], template: string): string[] {
  return Object.entries(defaults).flatMap(([key, value]) => {
    if (key === "tags") return ["has defaults.tags; tags are added by themselves: set `tags` in the stack's settings"];
    if (new RegExp(`^ +(?:- )?${key}:`, "m").test(template)) {
      return [`has defaults.${key}, which ${templateFile} writes too; write it in one of them`];
    }
    return /\{\{|\}\}/.test(JSON.stringify(value)) ? [`has a wrong defaults.${key}: it can't contain {{ or }}`] : [];
  });
}
