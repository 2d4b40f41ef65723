import { quote } from "../shared/questions";
import type { ExpectedContainer } from "./expected";
import type { ActualContainer, Facts } from "./facts";
import type { Finding } from "./finding";

/** What `docker update` changes in place. Limits that it can't take away again need a new container. */
export function limitFindings(
  { urn, name, id, restart, memoryMiB }: ExpectedContainer,
  { restart: policy, memory, memorySwap, limits }: ActualContainer,
  { containers }: Facts,
): Finding[] {
  const differs = (what: string, flags: string): Finding => ({
    text: `the container ${name} has another ${what}`,
    repair: { done: "corrected", after: [`docker update ${flags} ${id}`] },
  });
  const bytes = memoryMiB * 1024 * 1024;
  // Where the kernel can't limit it, there is no limit of memory, or none of swap in any container.
  const swapIsLimited = containers.some((other) => other.stack !== "" && other.memory > 0 && other.memorySwap > 0);
  const others = [...limits].filter(([limit, value]) => limit !== "memory-reservation" || Number(value) < bytes);
  return [
    ...(policy === restart ? [] : [differs(`restart policy (${policy})`, `--restart ${quote(restart)}`)]),
    ...(memory === 0 || (memory === bytes && (memorySwap === bytes || !swapIsLimited))
      ? []
      : [differs("memory limit", `--memory ${bytes} --memory-swap ${bytes}`)]),
    ...(others.length === 0
      ? []
      : [
          {
            text: `the container ${name} has other limits (${others.map((limit) => limit.join(" ")).join(", ")})`,
            repair: { done: "replaced", replace: [urn] },
          },
        ]),
  ];
}
