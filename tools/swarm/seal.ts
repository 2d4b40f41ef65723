import { createDecipheriv, generateKeyPair, pbkdf2Sync, privateDecrypt, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";

/** Encrypts answers on their way: only who has asked can read them. */
export interface Seal {
  /** The public key, in PEM, for `templates/host/node-reply.sh`. */
  readonly publicKey: string;
  /**
   * Opens an answer.
   * @param key the answer's own key, encrypted, in base64.
   * @param data the answer, compressed and encrypted, in base64.
   * @param maxBytes limit for the answer's size.
   * @throws Error if the answer is incomplete, has another key, or is too long.
   */
  open(key: string, data: string, maxBytes: number): string;
}

/** A new seal. Its private key never leaves this process. */
export async function newSeal(): Promise<Seal> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    open: (key, data, maxBytes) => open(privateKey, Buffer.from(key, "base64"), Buffer.from(data, "base64"), maxBytes),
  };
}

/** The form of `openssl enc -aes-256-cbc -pbkdf2`: the word `Salted__`, 8 bytes of salt, the rest. */
const head = { salt: 8, data: 16 } as const;

function open(privateKey: KeyObject, key: Buffer, answer: Buffer, maxBytes: number): string {
  const password = privateDecrypt({ key: privateKey, oaepHash: "sha256" }, key);
  const derived = pbkdf2Sync(password, answer.subarray(head.salt, head.data), 10_000, 48, "sha256");
  const decipher = createDecipheriv("aes-256-cbc", derived.subarray(0, 32), derived.subarray(32));
  const packed = Buffer.concat([decipher.update(answer.subarray(head.data)), decipher.final()]);
  return gunzipSync(packed, { maxOutputLength: maxBytes }).toString();
}
