import { readFileSync } from "node:fs";

/** Linux counts processor time for /proc in hundredths of a second on all usual machines (USER_HZ). */
const ticksPerSecond = 100;

/**
 * Processor time of this process and of the programs that it ran to their end, with all that these ran, in seconds.
 * From proc(5), /proc/PID/stat: fields 14 to 17; the name in brackets before them may hold anything.
 */
export function processorSeconds(stat: string = readFileSync("/proc/self/stat", "utf8")): {
  own: number;
  programs: number;
} {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15).map(Number);
  return { own: (user + system) / ticksPerSecond, programs: (childrenUser + childrenSystem) / ticksPerSecond };
}
