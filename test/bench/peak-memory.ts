import { readdirSync, readFileSync } from "node:fs";

/** How often is looked, in milliseconds: what lives shorter is overlooked. */
const everyMs = 500;

/** What a program and everything below it had in memory at most. */
export interface PeakMemory {
  /** In megabytes; memory that processes share counts once. */
  readonly megabytes: number;
  /** How many processes that were. */
  readonly processes: number;
}

/** Watches this process's children, grandchildren and so on. Linux only. */
export function watchMemory(): { end(): PeakMemory } {
  let peak: PeakMemory = { megabytes: 0, processes: 0 };
  const timer = setInterval(() => {
    const below = processesBelow(process.pid);
    const megabytes = below.reduce((sum, id) => sum + proportionalMegabytes(id), 0);
    if (megabytes > peak.megabytes) peak = { megabytes, processes: below.length };
  }, everyMs);
  return {
    end: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

function processesBelow(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(readIfThere(`/proc/${name}/status`))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (id: number): number[] => (children.get(id) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

function proportionalMegabytes(id: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${id}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

/** A process may end before it is read. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
