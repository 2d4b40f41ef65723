/** One value that a check has collected. */
export interface Sample {
  readonly metric: string;
  readonly value: number;
  readonly tags: readonly string[];
}

/** What a check says of its service. */
export interface ServiceCheck {
  readonly name: string;
  readonly status: "OK" | "WARNING" | "CRITICAL" | "UNKNOWN";
  readonly message: string;
  readonly tags: readonly string[];
}

/** What one run of one instance came to. */
export interface CheckRun {
  readonly samples: readonly Sample[];
  readonly serviceChecks: readonly ServiceCheck[];
  /** Why it collects nothing, or not everything; empty if nothing is wrong. */
  readonly error: string;
  readonly warnings: readonly string[];
}

/** By Datadog's numbers. */
const serviceStatuses = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/** A service check's status by its number. */
export function statusOf(number: number): ServiceCheck["status"] {
  return serviceStatuses[number] ?? "UNKNOWN";
}

/** Of several runs' service checks the last one of each kind. */
export function lastOfEach(serviceChecks: readonly ServiceCheck[]): ServiceCheck[] {
  return [...new Map(serviceChecks.map((one) => [[one.name, ...one.tags].join("\0"), one])).values()];
}
