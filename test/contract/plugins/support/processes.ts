import { readFileSync, readdirSync } from "node:fs";

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly arguments: readonly string[];
}

function read(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may have spaces and parentheses of its own.
    const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return { pid, parent: Number(parent), arguments: argv };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/** All processes of this machine. */
export function processes(): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(Number(name)))
    .filter((item) => item !== undefined);
}

/** The processes that `pid` has started, and those that they have. */
export function descendants(pid: number): RunningProcess[] {
  const all = processes();
  const children = (parent: number): RunningProcess[] =>
    all.filter((item) => item.parent === parent).flatMap((child) => [child, ...children(child.pid)]);
  return children(pid);
}

/** The ssh clients that run below `pid`, by their arguments. */
export function sshClients(pid: number): (readonly string[])[] {
  return descendants(pid)
    .map((item) => item.arguments)
    .filter(([program]) => program === "ssh");
}
