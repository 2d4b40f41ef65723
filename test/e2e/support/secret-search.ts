/** The forms in which a secret may stand in a text: as it is, escaped, encoded by itself or as a part of something. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...base64Forms(bytes),
  ].filter((form, index, all) => all.indexOf(form) === index);
}

/** Whether a text has a secret in it, in any of {@link formsOf its forms}. */
export function contains(text: string, secret: string): boolean {
  return formsOf(secret).some((form) => text.includes(form));
}

/**
 * Base64 of the bytes as a part of something longer: three bytes make four characters, so there are three ways to begin.
 * The characters that neighbours have a share in are left out.
 */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    const own = text.slice(Math.ceil((before * 8) / 6), whole);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
