const UNITS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Nanoseconds of a duration written as Go does, `1m30s`; 0 for what is none. */
export function parseDuration(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (UNITS[unit ?? ""] ?? 0);
  }
  return Math.round(total);
}

/** A duration in nanoseconds as Go writes it: `0s`, `1.5s`, `1m0s`, `500ms`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  for (const [unit, size] of [
    ["ns", 1],
    ["µs", 1e3],
    ["ms", 1e6],
  ] as const) {
    if (nanoseconds < size * 1000) return `${nanoseconds / size}${unit}`;
  }
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor(nanoseconds / 60e9) % 60;
  // In nanoseconds first: a remainder of seconds would carry the error of the division.
  const seconds = (nanoseconds % 60e9) / 1e9;
  const hoursText = hours > 0 ? `${hours}h` : "";
  return `${hoursText}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}

/** A duration in nanoseconds as the original writes those of services: `1m` for `1m0s`, `2h` for `2h0m0s`. */
export function shortDuration(nanoseconds: number): string {
  return formatDuration(nanoseconds).replace(/m0s$/, "m").replace(/h0m$/, "h");
}
