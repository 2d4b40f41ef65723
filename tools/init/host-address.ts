import { UserError } from "../shared/errors";

/** A host as it is named on the command line: `web-1=core@192.0.2.10:22`; all but the address may be left out. */
export interface HostAddress {
  /** Undefined where it is not said. */
  readonly name: string | undefined;
  /** Who logs in. Undefined where it is not said. */
  readonly user: string | undefined;
  /** Host name or IP address. */
  readonly address: string;
  /** sshd's port. Undefined where it is not said. */
  readonly port: number | undefined;
}

const form =
  "[NAME=][USER@]ADDRESS[:PORT], such as web-1=core@192.0.2.10 (an IPv6 address with a port: [2001:db8::1]:22)";

/**
 * Reads one host.
 * @throws UserError where it has another form; names and addresses are judged by the settings' schema later.
 */
export function readHostAddress(text: string): HostAddress {
  // An IPv6 address has two colons at least; with a port behind it, it stands in brackets.
  const [, name, user, bracketed, ipv6, plain, port] =
    /^(?:([^=@\s]+)=)?(?:([^=@\s]+)@)?(?:\[([0-9A-Fa-f:]+)\]|([0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:]*$)|([^[\]@=:\s]+))(?::(\d{1,5}))?$/.exec(
      text.trim(),
    ) ?? [];
  const address = bracketed ?? ipv6 ?? plain;
  if (address === undefined) throw new UserError(`"${text}" is no host: write ${form}.`);
  return { name, user, address, port: port === undefined ? undefined : Number(port) };
}

/** Reads hosts with commas or blanks between them. */
export function readHostAddresses(text: string): HostAddress[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map(readHostAddress);
}
