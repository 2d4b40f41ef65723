import * as fs from "node:fs";
import * as path from "node:path";

import Mustache from "mustache";

/** Mustache's delimiters here: docker-gen uses `{{ }}` in the same files. */
const delimiters: [string, string] = ["<%", "%>"];

const templatesFolder = path.join(__dirname, "..", "..", "templates");

/**
 * The text of a file under `templates/`, with docker-gen's comments emptied: the state has no use for them, and a comment that
 * changes must not replace a generator. What is left of them still trims the blanks around it.
 */
export function readTemplate(file: string): string {
  return fs
    .readFileSync(path.join(templatesFolder, file), "utf8")
    .replace(/(\{\{(?:- )?\/\*)[^]*?(\*\/(?: -)?\}\})/g, "$1$2");
}

/**
 * Renders a file under `templates/` with mustache.
 * @param file such as `generator/docker-gen.cfg`.
 * @param view the stack's values; they are inserted unescaped.
 * @throws Error if the template uses a name that the view lacks: a typing error must not become an empty text.
 */
export function render(file: string, view: Record<string, unknown>): string {
  const template = readTemplate(file);
  const partials = { header: readTemplate("partials/header.yaml") };
  return Mustache.render(template, new StrictContext(view, file), partials, { tags: delimiters, escape: String });
}

class StrictContext extends Mustache.Context {
  constructor(
    view: unknown,
    private readonly file: string,
    parent?: Mustache.Context,
  ) {
    super(view, parent);
  }

  override push(view: unknown): Mustache.Context {
    return new StrictContext(view, this.file, this);
  }

  override lookup(name: string): unknown {
    const value: unknown = super.lookup(name);
    if (value === undefined) throw new Error(`templates/${this.file} uses "${name}", which has no value`);
    return value;
  }
}

/** A text as a literal that is valid in Go's template language, YAML and JSON. */
export function literal(text: string): string {
  return JSON.stringify(text);
}
