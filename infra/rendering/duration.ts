const units = { ms: 1, s: 1000, m: 60_000 } as const;

/** The milliseconds of a duration such as `500ms`, `2s` or `1m`. */
export function milliseconds(duration: string): number {
  const [, amount = "", unit = ""] = /^(\d+)(ms|s|m)$/.exec(duration) ?? [];
  return Number(amount) * units[unit as keyof typeof units];
}
