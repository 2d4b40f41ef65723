import { readExpression } from "./template-expression";
import { type Scope, TypeMistake, typeOf, type ValueType } from "./template-types";

/** Texts in quotes. */
const quoted = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/g;

/** What an action may print: texts in quotes, numbers, and what the rules have put in quotes. */
const prints = /^(?:printf "%\+q" |\.port$|(?:atoi|int) |eval "(?:page-login|page-options|name)" |"\\n"$)/;

/** A part of a template: an action between `{{` and `}}`, or the text before it. */
interface Part {
  readonly kind: "text" | "action";
  readonly text: string;
  readonly line: number;
}

/**
 * What is wrong with the template of one instance, with the line; undefined if nothing is. docker-gen ends at the first error
 * of a template, and then no config of the host is written any more. So names, types, blocks, quoting and the shape of the
 * YAML are checked here, and a preview shows mistakes that would stop the generator.
 */
export function templateProblem(template: string): string | undefined {
  const parts = split(template);
  if (typeof parts === "string") return parts;
  return actionsProblem(parts) ?? shapeProblem(parts);
}

/** The parts without comments; a text says what is wrong. */
function split(template: string): Part[] | string {
  const parts: Part[] = [];
  let rest = template;
  let line = 1;
  const take = (length: number): string => {
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    line += taken.split("\n").length - 1;
    return taken;
  };
  while (rest !== "") {
    const start = rest.indexOf("{{");
    const text = take(start < 0 ? rest.length : start);
    if (text !== "") parts.push({ kind: "text", text, line: line - text.split("\n").length + 1 });
    if (rest === "") break;
    const at = line;
    const comment = /^\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/.exec(rest);
    // Quotes may contain braces.
    const action = comment ?? /^\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`}]|\}(?!\}))*\}\}/.exec(rest);
    if (action === null) return `line ${at}: {{ has no }}`;
    const whole = take(action[0].length);
    if (comment === null) {
      parts.push({
        kind: "action",
        text: whole
          .slice(2, -2)
          .replace(/^- | -$/g, "")
          .trim(),
        line: at,
      });
    }
  }
  return parts;
}

/** A block that is open: where it began, and what could be seen around it. */
interface Block {
  readonly word: string;
  readonly line: number;
  readonly outside: Scope;
}

/** Follows the actions in their order, with the variables that each can see. */
function actionsProblem(parts: readonly Part[]): string | undefined {
  const open: Block[] = [];
  let scope: Scope = new Map<string, ValueType>([
    ["", "view"],
    ["$", "view"],
  ]);
  for (const { kind, text, line } of parts) {
    if (kind === "text") continue;
    try {
      scope = afterAction(text, line, scope, open);
    } catch (error) {
      if (error instanceof TypeMistake) return `line ${line}: ${error.message}`;
      throw error;
    }
  }
  const [unclosed] = open;
  return unclosed && `line ${unclosed.line}: {{ ${unclosed.word} }} has no {{ end }}`;
}

/** What can be seen after an action, and what blocks are open then. */
function afterAction(action: string, line: number, scope: Scope, open: Block[]): Scope {
  const [, word = "", rest = ""] = /^(if|range|with|else|end)\b\s*([\s\S]*)$/.exec(action) ?? [];
  if (word === "end") {
    const block = open.pop();
    if (block === undefined) throw new TypeMistake("{{ end }} ends nothing");
    return block.outside;
  }
  if (word === "else") {
    const block = open.at(-1);
    if (block === undefined) throw new TypeMistake("{{ else }} belongs to nothing");
    if (rest === "") return block.outside;
    const condition = /^if\b\s*([\s\S]*)$/.exec(rest)?.[1];
    if (condition === undefined || block.word !== "if") throw new TypeMistake(`{{ ${action} }} can't stand there`);
    return inside("if", condition, block.outside);
  }
  if (word !== "") {
    const within = inside(word, rest, scope);
    open.push({ word, line, outside: scope });
    return within;
  }
  const [, name, operator, value = ""] = /^(\$\w+)\s*(:?=)\s*([\s\S]*)$/.exec(action) ?? [];
  if (name !== undefined) {
    const type = typeIn(value, scope);
    const known = scope.get(name);
    if (operator === "=" && known === undefined) throw new TypeMistake(`${name} is not set there; write ${name} :=`);
    if (operator === "=" && JSON.stringify(known) !== JSON.stringify(type)) {
      throw new TypeMistake(`${name} gets a value of another kind than before; use another name`);
    }
    return new Map([...scope, [name, type]]);
  }
  typeIn(action, scope);
  if (prints.test(action) && !action.replace(quoted, "").includes("|")) return scope;
  throw new TypeMistake(`{{ ${action} }} prints a text that may contain anything; write {{ printf "%+q" … }}`);
}

/** What can be seen within a block: `with` and `range` change the dot. */
function inside(word: string, action: string, scope: Scope): Scope {
  const [, names = "", value = action] = /^((?:\$\w+\s*,\s*)?\$\w+)\s*:=\s*([\s\S]*)$/.exec(action) ?? [];
  const type = typeIn(value, scope);
  const variables = names.split(",").flatMap((name) => (name === "" ? [] : [name.trim()]));
  if (word !== "range") {
    const [name, more] = variables;
    if (more !== undefined) throw new TypeMistake(`{{ ${word} }} sets one variable`);
    const seen = new Map([...scope, ...(name === undefined ? [] : [[name, type] as const])]);
    return word === "with" ? seen.set("", type) : seen;
  }
  if (type !== "texts" && type !== "list") throw new TypeMistake("{{ range }} needs a list, such as splitList gives");
  const element: ValueType = type === "texts" ? "text" : "anything";
  const seen = new Map([...scope, ["", element] as const]);
  const own = variables.length === 2 ? (["number", element] as const) : ([element] as const);
  variables.forEach((name, index) => seen.set(name, own[index] ?? element));
  return seen;
}

/** The type of what stands in an action. */
function typeIn(action: string, scope: Scope): ValueType {
  const expression = readExpression(action);
  if (typeof expression === "string") throw new TypeMistake(expression);
  return typeOf(expression, scope);
}

/** The instance is an entry of a list: its first line begins with `  - `, and what follows is further in. */
function shapeProblem(parts: readonly Part[]): string | undefined {
  const lines = parts
    .map(({ kind, text }) => (kind === "text" ? text : ""))
    .join("")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const [first = "", ...others] = lines;
  if (!/^ {2}- [a-z]/.test(first)) return 'the first line of the instance has to begin with "  - " and an option';
  const wrong = others.find((line) => !/^(?: {4}| {2}# )/.test(line));
  return wrong && `"${wrong.trim()}" has to begin with four blanks, as an option of the instance does`;
}
