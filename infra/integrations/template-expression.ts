/** A part of an action as it is written: a function's call, a value, or a chain of fields on one. */
export type Expression =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number" | "boolean" }
  /** `.`, `.port`, `$name`, `$name.field` or `(…).field`: `root` is empty for the dot. */
  | { readonly kind: "value"; readonly root: string | Expression; readonly fields: readonly string[] }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] };

/**
 * Reads an action of Go's templates, without keywords and assignments: commands with `|` between them, whose result is the
 * last argument of the next.
 * @returns a text if the action can't be read.
 */
export function readExpression(action: string): Expression | string {
  const rest = action.replace(token, "").trim();
  if (rest !== "") return `${rest} can't be read there`;
  const reader = new Reader(action.match(token) ?? []);
  try {
    const expression = reader.pipeline();
    return reader.next === undefined ? expression : `${reader.next} can't be read there`;
  } catch (error) {
    if (error instanceof UnreadableError) return error.message;
    throw error;
  }
}

const token = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\$\w*(?:\.\w+)*|\.\w+(?:\.\w+)*|-?\d+\b(?!\.)|[A-Za-z_]\w*|[().|]/g;

class UnreadableError extends Error {}

class Reader {
  private position = 0;

  constructor(private readonly tokens: readonly string[]) {}

  /** The token that is read next; undefined at the end. */
  get next(): string | undefined {
    return this.tokens[this.position];
  }

  /** Goes past a token, if it is the next one. */
  private take(token: string): boolean {
    const found = this.next === token;
    if (found) this.position++;
    return found;
  }

  /** Commands with `|` between them. */
  pipeline(): Expression {
    let read = this.command([]);
    while (this.take("|")) {
      if (!/^[a-z]/i.test(this.next ?? "")) throw new UnreadableError("what follows | has to be a function");
      read = this.command([read]);
    }
    return read;
  }

  private commandEnds(): boolean {
    return [undefined, ")", "|"].includes(this.next);
  }

  /** A function with its arguments, or one value. */
  private command(piped: readonly Expression[]): Expression {
    const name = this.next ?? "";
    if (/^[A-Za-z_]/.test(name) && name !== "true" && name !== "false") {
      this.position++;
      const given: Expression[] = [];
      while (!this.commandEnds()) given.push(this.operand());
      return { kind: "call", name, arguments: [...given, ...piped] };
    }
    const value = this.operand();
    if (!this.commandEnds()) {
      throw new UnreadableError(`${name} is no function, so nothing can follow it`);
    }
    return value;
  }

  private operand(): Expression {
    const text = this.next;
    this.position++;
    if (text === undefined) throw new UnreadableError("a value is missing");
    if (text === "(") return this.parenthesised();
    if (text === "true" || text === "false") return { kind: "boolean" };
    if (/^["`]/.test(text)) return { kind: "text", value: unquoted(text) };
    if (/^-?\d/.test(text)) return { kind: "number" };
    if (/^[.$]/.test(text)) {
      const [root = "", ...fields] = text.split(".");
      return { kind: "value", root, fields: fields.filter((field) => field !== "") };
    }
    // A function without arguments.
    if (/^[A-Za-z_]/.test(text)) return { kind: "call", name: text, arguments: [] };
    throw new UnreadableError(`${text} can't be read there`);
  }

  private parenthesised(): Expression {
    const inside = this.pipeline();
    if (!this.take(")")) throw new UnreadableError("a ( has no )");
    const { next } = this;
    if (next === undefined || !/^\.\w/.test(next)) return inside;
    this.position++;
    return { kind: "value", root: inside, fields: next.slice(1).split(".") };
  }
}

/** The content of a text in quotes; escapes of Go's that JSON doesn't have count as themselves. */
function unquoted(text: string): string {
  if (text.startsWith("`")) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}
