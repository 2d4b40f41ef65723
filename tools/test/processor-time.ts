import { readFileSync } from "node:fs";

/** Ticks per second in /proc (USER_HZ), which is 100 on all common machines. */
const ticksPerSecond = 100;

/**
 * Processor time of this process, and of its terminated child processes with all their descendants, in seconds. From proc(5),
 * /proc/PID/stat: fields 14 to 17. The process's name in brackets before them may contain anything.
 */
export function processorSeconds(stat: string = readFileSync("/proc/self/stat", "utf8")): {
  own: number;
  programs: number;
} {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15).map(Number);
  return { own: (user + system) / ticksPerSecond, programs: (childrenUser + childrenSystem) / ticksPerSecond };
}
