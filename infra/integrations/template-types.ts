import { hintVariables } from "./guide";
import type { Expression } from "./template-expression";

/**
 * What a value in a template is. `texts` is a list of texts with at least one in it, `view` what the template gets, `pairs`
 * a mapping with the given keys. Nothing is known of `anything`, which may be no value at all.
 */
export type ValueType = "text" | "number" | "boolean" | "texts" | "list" | "container" | "view" | "anything" | Pairs;

interface Pairs {
  readonly pairs: ReadonlyMap<string, ValueType>;
}

/** The variables that can be seen at a place, the dot among them under the empty name. */
export type Scope = ReadonlyMap<string, ValueType>;

/** What a template gets, by its name after the dot. */
const viewFields: Readonly<Record<string, ValueType>> = {
  container: "container",
  service: "text",
  check: "text",
  address: "text",
  port: "text",
  password: "text",
};

/** A mistake in a template that would end the generator at some container. */
export class TypeMistake extends Error {}

function refuse(problem: string): never {
  throw new TypeMistake(problem);
}

const plural: Readonly<Record<string, string>> = {
  text: "a text",
  number: "a number",
  boolean: "true or false",
  texts: "a list",
  list: "a list",
  container: "a container",
  view: "all that the template gets",
  anything: "a value that may be missing",
};

function described(type: ValueType): string {
  return typeof type === "string" ? (plural[type] ?? type) : "a mapping";
}

/**
 * The type of what an expression yields.
 * @throws TypeMistake where a function would fail on it, or does not exist.
 */
export function typeOf(expression: Expression, scope: Scope): ValueType {
  switch (expression.kind) {
    case "text":
    case "number":
    case "boolean":
      return expression.kind;
    case "value":
      return typeOfValue(expression.root, expression.fields, scope);
    case "call":
      return typeOfCall(expression.name, expression.arguments, scope);
  }
}

function typeOfValue(root: string | Expression, fields: readonly string[], scope: Scope): ValueType {
  const known = typeof root === "string" ? scope.get(root) : typeOf(root, scope);
  if (known === undefined) refuse(`${typeof root === "string" ? root : "a value"} is not set there`);
  const [field, ...further] = fields;
  if (field === undefined) return known;
  const found = known === "view" ? viewFields[field] : typeof known === "object" ? known.pairs.get(field) : undefined;
  if (found === undefined || further.length > 0) {
    refuse(
      `.${fields.join(".")} may be missing; a template has ${Object.keys(viewFields)
        .map((name) => `.${name}`)
        .join(", ")}, and eval "hint" for what the container declares`,
    );
  }
  return found;
}

/** How a function is called: the types of its arguments, and that of its result. */
interface Signature {
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
}

const text = (...takes: ValueType[]): Signature => ({ takes, gives: "text" });
const truth = (...takes: ValueType[]): Signature => ({ takes, gives: "boolean" });

/** Functions that take a fixed number of arguments. */
const signatures: Readonly<Record<string, Signature>> = {
  not: truth("anything"),
  empty: truth("anything"),
  lower: text("text"),
  upper: text("text"),
  trim: text("text"),
  trimAll: text("text", "text"),
  trimPrefix: text("text", "text"),
  trimSuffix: text("text", "text"),
  join: text("text", "list"),
  hasPrefix: truth("text", "text"),
  hasSuffix: truth("text", "text"),
  regexMatch: truth("text", "text"),
  has: truth("anything", "list"),
  splitList: { takes: ["text", "text"], gives: "texts" },
  atoi: { takes: ["text"], gives: "number" },
  int: { takes: ["anything"], gives: "number" },
};

/** The other functions, by what they make of their arguments. */
const special: Readonly<Record<string, (given: readonly Expression[], types: readonly ValueType[]) => ValueType>> = {
  and: (_, types) => (types.length > 0 ? common(types) : refuse("and needs a value")),
  or: (_, types) => (types.length > 0 ? common(types) : refuse("or needs a value")),
  eq: compare(["text", "number", "boolean"]),
  ne: compare(["text", "number", "boolean"]),
  lt: compare(["text", "number"]),
  le: compare(["text", "number"]),
  gt: compare(["text", "number"]),
  ge: compare(["text", "number"]),
  len: (_, types) => {
    exactly("len", 1, types);
    const [type = "anything"] = types;
    return ["text", "texts", "list"].includes(type as string) || typeof type === "object"
      ? "number"
      : refuse(`len of ${described(type)} has no meaning`);
  },
  print: () => "text",
  printf: ([format], types) => {
    if (format?.kind !== "text") refuse("printf needs a format in quotes");
    const verbs = [...format.value.matchAll(/%(?:[+#-]?[qsdv]|(.?))/g)];
    const other = verbs.find(([verb]) => !/^%(?:[+#-]?[qsdv]|%)$/.test(verb));
    if (other !== undefined) refuse(`printf has ${other[0]}, which is not known here; use %q, %s, %d or %v`);
    const wanted = verbs.filter(([verb]) => verb !== "%%").length;
    // What is too much would be printed without quotes.
    if (types.length - 1 !== wanted) refuse(`printf has ${types.length - 1} values for ${wanted} places in its format`);
    // Numbers and lists in quotes come out as something else.
    const odd = types.find(
      (type, index) => index > 0 && /%[+#-]?q/.test(format.value) && !["text", "anything"].includes(type as string),
    );
    if (odd !== undefined) refuse(`printf puts texts in quotes, not ${described(odd)}`);
    return "text";
  },
  dict: (given, types) => {
    if (given.length % 2 === 1) refuse("dict has a key without a value");
    const pairs = new Map<string, ValueType>();
    for (let index = 0; index < given.length; index += 2) {
      const key = given[index];
      if (key?.kind !== "text") refuse("dict needs keys in quotes");
      pairs.set(key.value, types[index + 1] ?? "anything");
    }
    return { pairs };
  },
  list: (_, types) => (types.length > 0 && types.every((type) => type === "text") ? "texts" : "list"),
  append: (_, types) => {
    exactly("append", 2, types);
    const [to = "anything", what = "anything"] = types;
    if (to !== "texts" && to !== "list") refuse(`append needs a list, not ${described(to)}`);
    return to === "texts" && what === "text" ? "texts" : "list";
  },
  first: (_, types) => elementOf("first", types),
  last: (_, types) => elementOf("last", types),
  default: (_, types) => {
    exactly("default", 2, types);
    return common(types);
  },
  ternary: (_, types) => {
    exactly("ternary", 3, types);
    if (types[2] !== "boolean") refuse(`ternary needs true or false at its end, not ${described(types[2] ?? "text")}`);
    return common(types.slice(0, 2));
  },
  eval: (given, types) => typeOfRule(given, types),
};

/** The names of all functions that a template may call. */
export const functionNames: readonly string[] = [...Object.keys(special), ...Object.keys(signatures)];

function typeOfCall(name: string, given: readonly Expression[], scope: Scope): ValueType {
  const signature = Object.hasOwn(signatures, name) ? signatures[name] : undefined;
  const rule = Object.hasOwn(special, name) ? special[name] : undefined;
  if (signature === undefined && rule === undefined) {
    refuse(`${name} is not allowed in a template; the functions are ${functionNames.join(", ")}`);
  }
  const types = given.map((one) => typeOf(one, scope));
  if (signature !== undefined) {
    exactly(name, signature.takes.length, types);
    types.forEach((type, index) => fits(name, type, signature.takes[index] ?? "anything"));
    return signature.gives;
  }
  return rule?.(given, types) ?? "anything";
}

function exactly(name: string, count: number, types: readonly ValueType[]): void {
  if (types.length !== count) refuse(`${name} has ${types.length} values and takes ${count}`);
}

function fits(name: string, type: ValueType, wanted: ValueType): void {
  if (wanted === "anything" || type === wanted || (wanted === "list" && type === "texts")) return;
  refuse(`${name} needs ${described(wanted)}, not ${described(type)}`);
}

/** The type that some values have in common. */
function common(types: readonly ValueType[]): ValueType {
  const [first = "anything", ...others] = types;
  return others.every((type) => type === first) ? first : "anything";
}

function compare(allowed: readonly ValueType[]) {
  return (_: readonly Expression[], types: readonly ValueType[]): ValueType => {
    const [first = "anything", ...others] = types;
    if (others.length === 0) refuse("a comparison needs two values");
    for (const type of types) {
      if (!allowed.includes(type)) refuse(`${described(type)} can't be compared here`);
      if (type !== first) {
        refuse(
          `${described(first)} can't be compared with ${described(type)}; .port is a text: write "80" in quotes, or atoi .port`,
        );
      }
    }
    return "boolean";
  };
}

function elementOf(name: string, types: readonly ValueType[]): ValueType {
  exactly(name, 1, types);
  const [type = "anything"] = types;
  if (type !== "texts" && type !== "list") refuse(`${name} needs a list, not ${described(type)}`);
  return type === "texts" ? "text" : "anything";
}

/** The rules in `templates/generator` that a template may call by `eval`, and what each needs. */
const rules: Readonly<Record<string, (given: ValueType) => boolean>> = {
  hint: (given) => isRequest(given, { name: "text" }),
  user: isView,
  connection: (given) => isRequest(given, { part: "number" }),
  name: (given) => given === "container",
  refused: (given) => given === "text",
  "page-url": (given) =>
    typeof given === "object" && given.pairs.get("view") === "view" && given.pairs.get("path") === "text",
  "page-login": isView,
  "page-options": isView,
  "agent-generation": () => true,
};

/** How each rule is called, for people who called it otherwise. */
const usage: Readonly<Record<string, string>> = {
  hint: 'eval "hint" (dict "container" .container "service" .service "name" "database")',
  user: 'eval "user" .',
  connection: 'eval "connection" (dict "container" .container "service" .service "part" 0)',
  name: 'eval "name" .container',
  refused: 'eval "refused" TEXT',
  "page-url": 'eval "page-url" (dict "view" . "path" "/status")',
  "page-login": 'eval "page-login" .',
  "page-options": 'eval "page-options" .',
};

/** The names of the rules that a template may call. */
export const ruleNames: readonly string[] = Object.keys(rules);

function isView(given: ValueType): boolean {
  return given === "view";
}

function isRequest(given: ValueType, further: Readonly<Record<string, ValueType>>): boolean {
  if (typeof given !== "object" || (given.pairs.get("service") ?? "text") !== "text") return false;
  return Object.entries({ container: "container", ...further }).every(([key, type]) => given.pairs.get(key) === type);
}

function typeOfRule([name, argument]: readonly Expression[], types: readonly ValueType[]): ValueType {
  if (name?.kind !== "text" || !Object.hasOwn(rules, name.value)) {
    const written = name?.kind === "text" ? `"${name.value}"` : "without a rule's name";
    refuse(`{{ eval ${written} }} is not allowed; the rules are ${ruleNames.join(", ")}`);
  }
  if (types.length > 2 || rules[name.value]?.(types[1] ?? "anything") !== true) {
    refuse(`the rule ${name.value} is called otherwise: ${usage[name.value] ?? `eval "${name.value}"`}`);
  }
  if (name.value === "hint") checkHint(argument);
  return "text";
}

/** Refuses a hint that no container can declare. */
function checkHint(argument: Expression | undefined): void {
  if (argument?.kind !== "call") return;
  const at = argument.arguments.findIndex(
    (one, index) => index % 2 === 0 && one.kind === "text" && one.value === "name",
  );
  const name = argument.arguments[at + 1];
  if (name?.kind === "text" && !Object.hasOwn(hintVariables, name.value)) {
    refuse(`there is no hint ${name.value}; the hints are ${Object.keys(hintVariables).join(", ")}`);
  }
}
