const algorithm = "ssh-ed25519";

/** Length of an ed25519 key's blob: two length-prefixed strings, "ssh-ed25519" and 32 bytes (RFC 8709). */
const blobLength = 4 + algorithm.length + 4 + 32;

/**
 * The pattern of a key for editors: in base64, the blob's first 19 bytes, which are the same in all keys, and the key's 32
 * bytes.
 */
export const hostKeyPattern = `^${algorithm} AAAAC3NzaC1lZDI1NTE5AAAAI[A-P][A-Za-z0-9+/]{42}$`;

/**
 * What is wrong with a host key in the settings; undefined if it is valid.
 * Only ed25519 is accepted, so that both ssh clients ask the host for exactly this key.
 */
export function hostKeyProblem(value: string): string | undefined {
  const advice = `write the line that \`ssh-keyscan -t ed25519 ADDRESS\` prints, without the address: "${algorithm} AAAA…"`;
  const [type, blob, ...rest] = value.split(" ");
  if (value.split(/\s+/).includes(algorithm) && (type !== algorithm || rest.length > 0)) {
    return `has an address, a comment or a blank beside the key; write "${algorithm} AAAA…" alone`;
  }
  if (type !== algorithm || blob === undefined || rest.length > 0) return `is not an ed25519 host key; ${advice}`;
  const bytes = Buffer.from(blob, "base64");
  const intact =
    bytes.toString("base64") === blob &&
    bytes.length === blobLength &&
    bytes.subarray(4, 4 + algorithm.length).toString() === algorithm;
  return intact ? undefined : `is cut off or damaged; ${advice}`;
}
