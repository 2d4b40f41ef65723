/**
 * What may stand in an action. docker-gen ends at the first error of a template, and then no config is written any more, so
 * nothing is in this list that fails on some text.
 */
const functions = [
  ...[
    "and",
    "or",
    "not",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "len",
    "print",
    "printf",
    "eval",
    "dict",
    "list",
    "true",
    "false",
  ],
  ...[
    "lower",
    "upper",
    "trim",
    "trimAll",
    "trimPrefix",
    "trimSuffix",
    "splitList",
    "join",
    "first",
    "last",
    "append",
    "has",
  ],
  ...["hasPrefix", "hasSuffix", "regexMatch", "atoi", "int", "ternary", "default", "empty"],
];

/** The rules of `templates/generator/rules.tmpl` that a template may call by `eval`. */
const rules = ["hint", "user", "connection", "name", "refused", "page-url", "page-options", "agent-generation"];

/** What an action may print: texts in quotes, numbers, and what the rules have put in quotes. */
const prints = /^(?:printf "%\+q" |\.port$|(?:atoi|int) |eval "(?:page-options|name)" |"\\n"$)/;

/** A part of a template: an action between `{{` and `}}`, or the text before it. */
interface Part {
  readonly kind: "text" | "action";
  readonly text: string;
  readonly line: number;
}

/**
 * What is wrong with the template of one instance, with the line; undefined if nothing is. Names, blocks, quoting and the
 * shape of the YAML are checked here, so that a preview shows mistakes that would stop the generator on the host.
 */
export function templateProblem(template: string): string | undefined {
  const parts = split(template);
  if (typeof parts === "string") return parts;
  return firstOf(parts, actionProblem) ?? blockProblem(parts) ?? shapeProblem(parts);
}

function firstOf(parts: readonly Part[], problemOf: (text: string) => string | undefined): string | undefined {
  for (const { kind, text, line } of parts) {
    const problem = kind === "action" ? problemOf(text) : undefined;
    if (problem !== undefined) return `line ${line}: ${problem}`;
  }
  return undefined;
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

const blocks = ["if", "range", "with"];

function blockProblem(parts: readonly Part[]): string | undefined {
  const open: { readonly word: string; readonly line: number }[] = [];
  for (const { kind, text, line } of parts) {
    const [, word = ""] = /^([a-z]+)\b/.exec(text) ?? [];
    if (kind === "text") continue;
    if (blocks.includes(word)) open.push({ word, line });
    else if (word === "end" && open.pop() === undefined) return `line ${line}: {{ end }} ends nothing`;
    else if (word === "else" && open.length === 0) return `line ${line}: {{ else }} belongs to nothing`;
  }
  const [unclosed] = open;
  return unclosed && `line ${unclosed.line}: {{ ${unclosed.word} }} has no {{ end }}`;
}

function actionProblem(action: string): string | undefined {
  const strings = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/g;
  const rule = [...action.matchAll(/\beval\s+("[^"]*"|\S+)/g)].find(
    ([, name = ""]) => !rules.includes(name.slice(1, -1)),
  );
  if (rule !== undefined) return `{{ eval ${rule[1] ?? ""} }} is not allowed; the rules are ${rules.join(", ")}`;
  const keywords = [...blocks, "else", "end"];
  const bare = action.replace(strings, " ");
  const unknown = [...bare.matchAll(/(?<![.$\w])[A-Za-z_]\w*/g)]
    .map(([name]) => name)
    .find((name) => !functions.includes(name) && !keywords.includes(name));
  if (unknown !== undefined)
    return `${unknown} is not allowed in a template; the functions are ${functions.join(", ")}`;
  const assigns = /^\$\w+(?:\s*,\s*\$\w+)?\s*:?=/.test(action);
  if (assigns || keywords.some((word) => new RegExp(`^${word}\\b`).test(action))) return undefined;
  if (prints.test(action) && !bare.includes("|")) return undefined;
  return `{{ ${action} }} prints a text that may contain anything; write {{ printf "%+q" … }}`;
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
