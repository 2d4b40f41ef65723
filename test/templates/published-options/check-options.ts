/** The type that a vendor publishes for an option. */
export type OptionType = "string" | "integer" | "number" | "boolean" | "strings" | "mapping" | "list";

/** The options of one part of a config, by name. */
export type Options = Readonly<Record<string, OptionType>>;

/** What a vendor publishes of one check's config in one generation of the agent. */
export interface CheckOptions {
  /** Where it was read. */
  readonly source: string;
  /** The options of an instance. */
  readonly instance: Options;
  /** Those without which there is no instance. */
  readonly required: readonly string[];
  /** The options of `init_config`. */
  readonly initConfig: Options;
}

/** Splits a list of names by blanks and gives each the same type. */
export function options(type: OptionType, names: string): Options {
  return Object.fromEntries(names.split(/\s+/).filter(Boolean).map((name) => [name, type]));
}
