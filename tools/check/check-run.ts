/** One value that a check has collected. */
export interface Sample {
  readonly metric: string;
  readonly value: number;
  readonly tags: readonly string[];
}

/** The state of a service as reported by its check. */
export interface ServiceCheck {
  readonly name: string;
  readonly status: "OK" | "WARNING" | "CRITICAL" | "UNKNOWN";
  readonly message: string;
  readonly tags: readonly string[];
}

/** The result of one run of one instance. */
export interface CheckRun {
  readonly samples: readonly Sample[];
  readonly serviceChecks: readonly ServiceCheck[];
  /** Why it collects nothing or not everything; empty if there was no error. */
  readonly error: string;
  readonly warnings: readonly string[];
}

/** The statuses in the order of Datadog's numbers for them. */
const serviceStatuses = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/** The status with a number of Datadog's. */
export function serviceStatus(number: number): ServiceCheck["status"] {
  return serviceStatuses[number] ?? "UNKNOWN";
}

/** The last service check of each name and tags, if several runs reported it. */
export function latestServiceChecks(serviceChecks: readonly ServiceCheck[]): ServiceCheck[] {
  return [...new Map(serviceChecks.map((one) => [[one.name, ...one.tags].join("\0"), one])).values()];
}
