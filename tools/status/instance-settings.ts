import { masked } from "../shared/secrets";
import { entriesOf, itemsOf, textOf } from "./values";

/** What one instance's config says: of whatever kind, an empty map where it is no mapping. */
export type InstanceSettings = ReadonlyMap<string, unknown>;

/**
 * What is read of a parsed instance.
 * @param source every value of the config that it came from, where something in that may be resolved by the agent: what
 *   does not stand there is masked, for it may be a secret. Undefined where nothing can be resolved.
 */
export function settingsOf(parsed: unknown, source?: ReadonlySet<string>): InstanceSettings {
  const show = (value: unknown): unknown =>
    source === undefined || typeof value !== "string" || source.has(value) ? value : masked;
  return new Map(entriesOf(parsed).map(([key, value]) => [key, Array.isArray(value) ? value.map(show) : show(value)]));
}

/** The address that an instance looks at, from whichever key its check has for it. */
export function describeInstance(settings: InstanceSettings, check: string): string {
  const url = [...settings].find(([key, value]) => /(^|_)url$/.test(key) && typeof value === "string")?.[1];
  const address = textOf(url) || textOf(settings.get("host"));
  if (address === "") return `(${check})`;
  const port = textOf(settings.get("port"));
  return port === "" ? address : `${address}:${port}`;
}

/** The tags of an instance. */
export function tagsOf(settings: InstanceSettings): string[] {
  return itemsOf(settings.get("tags")).map(textOf);
}
