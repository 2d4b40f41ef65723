import { generationOf } from "../generations";
import { milliseconds } from "../rendering";
import type { HostSettings, Problem } from "../settings";

/**
 * Problems with waiting times that don't fit together: docker-gen does not start if the longest wait is shorter than the
 * quiet time ("max must be larger than min").
 */
export function waitProblems(host: HostSettings): Problem[] {
  const { wait } = host.generator;
  const generation = generationOf(host);
  const quiet = wait.quiet ?? generation.defaultQuiet;
  if (milliseconds(quiet) <= milliseconds(wait.longest)) return [];
  const quietIsDefault = wait.quiet === undefined;
  return [
    {
      path: host.origin("generator", "wait", quietIsDefault ? "longest" : "quiet"),
      problem: quietIsDefault
        ? `${wait.longest} is shorter than the quiet time, which is ${quiet} with generation ${generation.number}; write at least longest: ${quiet}, or a shorter quiet as well`
        : `${quiet} is more than the longest wait of ${wait.longest}; write at least longest: ${quiet} as well, or a shorter quiet`,
    },
  ];
}
