import { isAlias, isMap, isNode, isPair, isScalar, isSeq, Scalar, type Document } from "yaml";

import { formatPath, type Problem } from "./problems";
import type { SettingPath } from "./secrets";
import { stackSchema } from "./schema/stack";
import { isText, schemaAt } from "./schema/walk";

/**
 * Plain values that Pulumi reads differently from YAML 1.2, which editors and the reader of the shared file follow: octal and
 * binary numbers, numbers with underscores, and dates (gopkg.in/yaml.v3, resolve.go).
 */
const ambiguous: readonly RegExp[] = [
  /^[-+]?0[0-9_]+$/,
  /^[-+]?0[ob][0-9_]+$/i,
  /^[-+]?(?=.*_)\d[\d_]*(\.[\d_]*)?(e[-+]?\d+)?$/i,
  /^\d{4}-\d{1,2}-\d{1,2}([Tt\s].*)?$/,
];

/**
 * Problems with the notation of settings, which are not visible in the parsed values.
 * @param document a stack's file, or a project's shared file.
 * @param namespace `datadog-hosts:`, the prefix of each key below `config`; other keys are ignored.
 * @param options `numbersBecomeTexts`: whether Pulumi converts numbers directly below `config` to texts. Default: no.
 */
export function notationProblems(
  document: Document,
  namespace: string,
  { numbersBecomeTexts = false }: { readonly numbersBecomeTexts?: boolean } = {},
): Problem[] {
  const config: unknown = isMap(document.contents) ? document.contents.get("config", true) : undefined;
  if (!isMap(config)) return [];
  return config.items.flatMap(({ key, value }): Problem[] => {
    const name = isScalar(key) ? String(key.value) : "";
    if (!name.startsWith(namespace)) return [];
    const setting = name.slice(namespace.length);
    const problems = memberProblems(setting, value, []);
    const becomesText = numbersBecomeTexts && isNumberOrBoolean(value) && isText(schemaAt(stackSchema, [setting]));
    if (problems.length > 0 || !becomesText) return problems;
    return [{ path: setting, problem: "is not a text (put it in quotes)" }];
  });
}

function valueProblems(node: unknown, path: SettingPath): Problem[] {
  if (!isNode(node) || isAlias(node)) return [];
  if (isScalar(node)) {
    const plain = node.type === Scalar.PLAIN && ambiguous.some((each) => each.test(node.source ?? ""));
    return plain ? [{ path: formatPath(path), problem: ambiguousValue }] : [];
  }
  if (isSeq(node)) return node.items.flatMap((item, index) => valueProblems(item, [...path, index]));
  if (!isMap(node)) return [];
  return node.items.flatMap((pair) =>
    isPair(pair) ? memberProblems(isScalar(pair.key) ? String(pair.key.value) : "?", pair.value, path) : [],
  );
}

/** In JavaScript, the name of an object's prototype is no key of its own: it would be dropped without a word. */
function memberProblems(name: string, value: unknown, path: SettingPath): Problem[] {
  return name === "__proto__"
    ? [{ path: formatPath([...path, name]), problem: "is not a setting" }]
    : valueProblems(value, [...path, name]);
}

/** The message does not contain the value, which may be a secret. */
const ambiguousValue =
  "is a date, or a number with a leading zero or an underscore, and Pulumi would read it as another value; put it in quotes if it is a text, else write a plain number";

function isNumberOrBoolean(node: unknown): boolean {
  return isScalar(node) && (typeof node.value === "number" || typeof node.value === "boolean");
}
