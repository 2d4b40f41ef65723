import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** How the program is to be run: `runtime.options` of Pulumi.yaml. */
export interface RuntimeOptions {
  /** Run TypeScript sources as they are. Default true. */
  readonly typescript: boolean;
  /** The path of the tsconfig.json to use. Default: the one beside the program. */
  readonly tsconfig: string | undefined;
  /** Arguments of node itself. */
  readonly nodeArguments: readonly string[];
}

const PACKAGE_MANAGERS = ["auto", "npm", "yarn", "pnpm", "bun"];

function typed<T extends JavaScriptValue>(
  options: Record<string, JavaScriptValue>,
  name: string,
  is: (value: JavaScriptValue) => value is T,
  what: string,
): T | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (!is(value)) throw new Error(`${name} option must be a ${what}`);
  return value;
}

const isText = (value: JavaScriptValue): value is string => typeof value === "string";
const isFlag = (value: JavaScriptValue): value is boolean => typeof value === "boolean";

function splitArguments(text: string): string[] {
  if (/["'\\]/.test(text)) {
    throw new Error(
      "nodeargs option: this language host does not take quotes or backslashes; write plain arguments with spaces between",
    );
  }
  return text.split(/\s+/).filter((argument) => argument !== "");
}

/** Reads the runtime options. Throws an error that names the option when one has the wrong type. */
export function parseOptions(options: Record<string, JavaScriptValue>): RuntimeOptions {
  typed(options, "production", isFlag, "boolean");
  const packageManager = typed(options, "packagemanager", isText, "string") ?? "auto";
  if (!PACKAGE_MANAGERS.includes(packageManager)) {
    throw new Error(`packagemanager option must be one of auto, npm, yarn, pnpm or bun, got "${packageManager}"`);
  }
  return {
    typescript: typed(options, "typescript", isFlag, "boolean") ?? true,
    tsconfig: typed(options, "tsconfig", isText, "string"),
    nodeArguments: splitArguments(typed(options, "nodeargs", isText, "string") ?? ""),
  };
}
