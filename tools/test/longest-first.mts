import { basename } from "node:path";

import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that last minutes, the longest first (`make test-times`): a long file that begins last runs alone at the end. Vitest
 * knows the times only where it has run before. The fleet is not first, because eight hosts start with it.
 */
const longest: readonly string[] = [
  "generations",
  "interruption",
  "pipeline",
  "fleet",
  "hostile",
  "errors-host",
  "deployment",
  "errors-settings",
  "main-job",
  "takeover",
  "edits",
  "upgrade",
];

/** Runs the files that last longest first, and the others in vitest's order. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const inVitestsOrder = await super.sort(files);
    // Array.sort keeps the order of those that are equal (ECMAScript 2019).
    return inVitestsOrder.sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = longest.indexOf(basename(moduleId, ".test.ts"));
  return index === -1 ? longest.length : index;
}
