/** What one instance's config says. */
export type InstanceSettings = Readonly<Record<string, unknown>>;

/** A parsed instance, whatever it was. */
export function settingsOf(parsed: unknown): InstanceSettings {
  return typeof parsed === "object" && parsed !== null ? (parsed as InstanceSettings) : {};
}

/** The address that an instance looks at, from whichever key its check has for it. */
export function describeInstance(settings: InstanceSettings, check: string): string {
  const url = Object.entries(settings).find(([key]) => /(^|_)url$/.test(key))?.[1];
  const { host, port } = settings;
  const address = typeof url === "string" ? url : host;
  if (typeof address !== "string") return `(${check})`;
  return typeof port === "number" || typeof port === "string" ? `${address}:${port}` : address;
}

/** The tags of an instance. */
export function tagsOf(settings: InstanceSettings): string[] {
  return Array.isArray(settings["tags"]) ? settings["tags"].map(String) : [];
}
