import { harmlessLine } from "./terminal-text";

/** The text that replaces a secret. */
export const masked = "*****";

/** Names of keys, variables and options whose values are secrets. */
const secretName =
  "(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_-]?key|app(?:lication)?[_-]?key|access[_-]?key|private[_-]?key|credentials?|community[_-]?string|authorization|cookie)";

const secretKey = new RegExp(secretName, "i");

/** `password=…`, `"token": "…"`, `Authorization: Basic …`: the value up to its quote, or up to a blank. */
const named = new RegExp(
  `(${secretName}[\\w-]{0,40}["']?\\s{0,3}[=:]\\s{0,3}(?:(?:basic|bearer|digest)\\s{1,3})?)("(?:[^"\\\\]|\\\\.){0,500}"|'(?:[^'\\\\]|\\\\.){0,500}'|["']?[^\\s"',;&]{1,500})`,
  "gi",
);

/** User and password in a URL, up to its last `@`: passwords are not always escaped. */
const inUrl = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>]{0,500}@/gi;

/** An API key (32 hexadecimal digits), or longer digits that may contain one. */
const hexadecimal = /(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])/gi;

/** The lengths of a Git commit, and of a container's id or an image's digest: these are not masked. */
const harmlessLengths: readonly number[] = [40, 64];

/**
 * Minimum length from which a secret with several kinds of characters is masked even inside words: it is no ordinary word.
 */
const minRareLength = 8;

/** Whether the value of a key is a secret, by the key's name. */
export function isSecretKey(key: string): boolean {
  return secretKey.test(key);
}

/** The values of secret keys, at any depth of parsed YAML or JSON. */
export function secretsIn(value: unknown, underSecretKey = false, depth = 0): string[] {
  if (depth > 50) return [];
  if (typeof value === "string" || typeof value === "number") return underSecretKey ? [String(value)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    secretsIn(child, underSecretKey || (!Array.isArray(value) && isSecretKey(key)), depth + 1),
  );
}

/** A text without API keys and passwords in URLs. */
export function hideKeys(text: string): string {
  return text
    .replace(inUrl, `$1${masked}@`)
    .replace(hexadecimal, (digits) => (harmlessLengths.includes(digits.length) ? digits : masked));
}

/**
 * A text without secrets: masks what {@link hideKeys} masks, values after a secret's name, and known secrets. The text should
 * not be much longer than ten thousand characters.
 * @param known passwords that the text may contain, such as those of the instance whose error it is.
 */
export function hideSecrets(text: string, known: Iterable<string> = []): string {
  let result = text;
  for (const secret of known) for (const form of formsOf(secret)) result = maskSecret(result, form);
  // Nobody has to read a container's id here, so only digests of that length stay.
  return hideKeys(
    result.replace(named, `$1${masked}`).replace(/(?<!sha256:|[0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi, masked),
  );
}

/** Whether a secret can't be mistaken for an ordinary word, so that it can be masked in unrelated texts. */
export function isRare(secret: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(secret));
  return secret.length >= minRareLength && kinds.length > 1;
}

function maskSecret(text: string, secret: string): string {
  if (secret === "" || !text.includes(secret)) return text;
  if (isRare(secret)) return text.replaceAll(secret, masked);
  const escaped = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, "gu"), masked);
}

/** The forms of a secret: unchanged, as displayed, as in quoted text, and as in a URL; the longest first. */
function formsOf(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  const inUrls = encodeURIComponent(secret.replace(/\p{Cs}/gu, "\ufffd"));
  return [...new Set([secret, harmlessLine(secret), quoted, inUrls])].sort((a, b) => b.length - a.length);
}
