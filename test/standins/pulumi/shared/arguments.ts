/** The options that the engine may give a plugin, and whether a value may follow as a word of its own. */
const options: Readonly<Record<string, { readonly takesValue: boolean }>> = {
  logtostderr: { takesValue: false },
  v: { takesValue: true },
  tracing: { takesValue: true },
};

/**
 * The engine's address, `host:port`, in a plugin's arguments: the first that is no option. Absent when run by hand.
 * @throws Error with Go's words for an option that the original does not know either, such as `-version`.
 */
export function engineAddressIn(args: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const [, name, value] = /^--?([^-=][^=]*)(=.*)?$/s.exec(args[index] ?? "") ?? [];
    if (name === undefined) return args[index];
    const option = options[name];
    if (option === undefined) throw new Error(`flag provided but not defined: -${name}`);
    if (option.takesValue && value === undefined) index++;
  }
  return undefined;
}

/** {@link engineAddressIn} of this process; ends it as Go does, with status 2, where an option is not known. */
export function engineAddress(): string | undefined {
  try {
    return engineAddressIn(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
}
