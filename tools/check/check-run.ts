import { serviceStatuses, type ServiceCheck } from "./schema";

/** The status with a number of Datadog's. */
export function serviceStatus(number: number): ServiceCheck["status"] {
  return serviceStatuses[number] ?? "UNKNOWN";
}

/** The last service check of each name and tags, if several runs reported it. */
export function latestServiceChecks(serviceChecks: readonly ServiceCheck[]): ServiceCheck[] {
  return [...new Map(serviceChecks.map((one) => [[one.name, ...one.tags].join("\0"), one])).values()];
}
