import { settingProblem, stackSchema } from "../../infra/settings";
import { UserError } from "../shared/errors";

/** A host as written on the command line, such as `web-1=core@192.0.2.10:22`. Only the address is required. */
export interface HostAddress {
  /** Undefined if omitted. */
  readonly name: string | undefined;
  /** The user who logs in. Undefined if omitted. */
  readonly user: string | undefined;
  /** Host name or IP address. */
  readonly address: string;
  /** sshd's port. Undefined if omitted. */
  readonly port: number | undefined;
}

/** How a host is written. */
export const hostForm =
  "[NAME=][USER@]ADDRESS[:PORT], such as web-1=core@192.0.2.10 (an IPv6 address with a port: [2001:db8::1]:22)";

const {
  name: nameSchema,
  user: userSchema,
  address: addressSchema,
  port: portSchema,
} = stackSchema.shape.hosts.element.shape;

/**
 * Parses one host.
 * @throws UserError if the text does not have the form of {@link HostAddress}, or if the settings' schema refuses a part of
 *   it: ssh would take an address that begins with a dash for an option.
 */
export function readHostAddress(text: string): HostAddress {
  // The user of a directory service may have an @ in its name.
  // An IPv6 address has at least two colons. If a port follows it, it is in brackets.
  const [, name, user, bracketed, ipv6, plain, port] =
    /^(?:([^=@\s]+)=)?(?:([^=@\s][^=\s]*)@)?(?:\[([0-9A-Fa-f:]+)\]|([0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:]*$)|([^[\]@=:\s]+))(?::(\d{1,5}))?$/.exec(
      text.trim(),
    ) ?? [];
  const address = bracketed ?? ipv6 ?? plain;
  if (address === undefined) throw new UserError(`"${text}" is not a host: write ${hostForm}.`);
  const host = { name, user, address, port: port === undefined ? undefined : Number(port) };
  const parts = { name: nameSchema.optional(), user: userSchema, address: addressSchema, port: portSchema } as const;
  for (const [part, schema] of Object.entries(parts)) {
    const problem = settingProblem(schema, host[part as keyof typeof host]);
    if (problem !== undefined) throw new UserError(`"${text}" is not a host: its ${part} ${problem}.`);
  }
  return host;
}

/** Parses hosts that are separated by commas or blanks. */
export function readHostAddresses(text: string): HostAddress[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map(readHostAddress);
}
