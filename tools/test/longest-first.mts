import { basename } from "node:path";

import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Test files that take minutes, the longest first (`make test-times`): a long file that starts last would run alone at the end.
 * Vitest knows the times only on machines where it has run before. The fleet is not first, because it starts eight hosts.
 */
const longest: readonly string[] = [
  "generations",
  "interruption",
  "swarm",
  "fleet",
  "rollout",
  "moved-host",
  "hostile",
  "pipeline",
  "errors-host",
  "upgrade",
  "takeover",
  "docker-replacement",
  "blind-spots",
  "edits",
  "main-job",
  "deployment",
  "damage",
  "engine-restart",
  "generation-7-services",
  "applications",
  "errors-settings",
  "jump-host",
  "handles",
];

/** Runs the listed files first, and the others in vitest's order. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const inVitestsOrder = await super.sort(files);
    // Array.sort is stable (ECMAScript 2019), so the other files keep their order.
    return inVitestsOrder.sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = longest.indexOf(basename(moduleId, ".test.ts"));
  return index === -1 ? longest.length : index;
}
