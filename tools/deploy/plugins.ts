import { existsSync, readdirSync, readFileSync } from "node:fs";

import { run } from "../shared/run";

/** A process of this machine. */
export interface Process {
  readonly id: number;
  readonly parent: number;
  /** Its command line. */
  readonly command: string;
}

/**
 * The plugins below a process, with all that they have started: to be ended together, since an ssh that outlives its
 * plugin would wait forever as well.
 */
export function pluginsBelow(root: number, processes: readonly Process[]): number[] {
  const below = (id: number): Process[] =>
    processes.filter(({ parent }) => parent === id).flatMap((child) => [child, ...below(child.id)]);
  const plugins = below(root).filter(({ command }) => /\bresource-(docker|command)\b/.test(command));
  return [...new Set(plugins.flatMap(({ id }) => [id, ...below(id).map((child) => child.id)]))];
}

/**
 * Ends the plugins that a `pulumi` has started. The steps that they were at fail then, and `pulumi` goes on without them.
 * @param root process id of `pulumi`.
 */
export async function endPlugins(root: number): Promise<void> {
  for (const id of pluginsBelow(root, await allProcesses())) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended by itself in the meantime.
    }
  }
}

/** All processes of this machine. On Linux they are read without `ps`, which small images lack. */
async function allProcesses(): Promise<Process[]> {
  if (!existsSync("/proc/self/status")) {
    return readProcesses((await run("ps", ["-A", "-o", "pid=", "-o", "ppid=", "-o", "args="])).stdout);
  }
  return readdirSync("/proc").flatMap((name) => {
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      return /^\d+$/.test(name) ? [{ id: Number(name), parent: Number(parent), command }] : [];
    } catch {
      // It is no process, or has ended in the meantime.
      return [];
    }
  });
}

/** Reads lines of process id, parent's id and command line, as `ps` prints them. */
export function readProcesses(text: string): Process[] {
  return [...text.matchAll(/^ *(\d+) +(\d+) +(.*)$/gm)].map(([, id, parent, command = ""]) => ({
    id: Number(id),
    parent: Number(parent),
    command,
  }));
}
