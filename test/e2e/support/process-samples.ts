import { spawn } from "node:child_process";

import type { TestHost } from "../../../sandbox/host";

/** Looks at all processes again and again until it is stopped. */
export interface ProcessSamples {
  /** Ends the looking; tells everything that was seen in process lists, each argument or variable on a line of its own. */
  stop(): Promise<string>;
}

/** Prints what stands in these files of every process, over and over; a process that ends meanwhile is passed over. */
const loop = (files: readonly string[]): string =>
  `while :; do cat ${files.map((file) => `/proc/[0-9]*/${file}`).join(" ")}; sleep 0.01; done 2>/dev/null`;

/**
 * The command lines of this machine's processes. Their environments are left out: Pulumi hands a program its decrypted
 * settings in one.
 */
export function sampleThisMachine(): ProcessSamples {
  return sample("sh", ["-c", loop(["cmdline"])]);
}

/** The command lines and environments of a host's processes, those in its containers too. */
export function sampleHost(host: TestHost): ProcessSamples {
  return sample(
    "docker",
    ["exec", host.container, "sh", "-c", `echo $$ >/run/samples.pid; ${loop(["cmdline", "environ"])}`],
    () => host.run("kill $(cat /run/samples.pid)"),
  );
}

function sample(program: string, args: readonly string[], end?: () => Promise<unknown>): ProcessSamples {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const seen = new Set<string>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const words = (rest + text).split("\0");
    rest = words.pop() ?? "";
    for (const word of words) seen.add(word);
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    stop: async () => {
      await end?.();
      child.kill();
      await closed;
      return [...seen, rest].join("\n");
    },
  };
}
