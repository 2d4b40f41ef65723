import { UserError } from "../../tools/shared/errors";

/** The label, `name=value`, of everything that belongs to an owner's test hosts. */
export function ownerLabel(owner: string): string {
  return `datadog-hosts.test=${ownerOf(owner)}`;
}

/** Returns the owner. Throws {@link UserError} if it can't be part of a Docker object's name. */
export function ownerOf(owner: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(owner)) return owner;
  throw new UserError(
    `'${owner}' can't be an owner of test hosts: use up to 31 lower-case letters, digits and hyphens.`,
  );
}

/** Returns the host name. Throws {@link UserError} if it can't be a machine's host name. */
export function hostNameOf(name: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) return name;
  throw new UserError(`'${name}' can't be a test host's name: use up to 32 lower-case letters, digits and hyphens.`);
}
