import { relative, resolve } from "node:path";

import { BaseSequencer, type TestSpecification } from "vitest/node";

const tests = resolve(import.meta.dirname, "..", "..", "test");

/**
 * Test files that take 40 seconds or more, the longest first (`make test-times`): a long file that starts last would run alone at
 * the end. Vitest knows the times only on machines where it has run before. The fleet is not first, because it starts eight hosts.
 */
const longest: readonly string[] = [
  "e2e/generation-7",
  "e2e/fleet",
  "e2e/generation-5",
  "e2e/interruption",
  "e2e/swarm",
  "e2e/rollout",
  "e2e/moved-host",
  "templates/handles",
  "e2e/hostile",
  "contract/plugins/deployment",
  "e2e/errors-host",
  "contract/plugins/docker-replacement",
  "e2e/upgrade",
  "e2e/blind-spots",
  "e2e/main-job",
  "e2e/takeover",
  "templates/integrations",
  "e2e/pipeline",
  "e2e/edits",
  "e2e/damage",
  "e2e/engine-restart",
  "e2e/applications",
  "contract/agent/generation-7-services",
  "contract/plugins/language-host",
  "contract/plugins/interruption",
  "contract/agent/generation-7-discovery",
  "e2e/errors-settings",
  "contract/plugins/swarm-parts",
  "contract/plugins/swarm-service",
  "e2e/jump-host",
  "contract/agent/generation-7-sending",
  "contract/agent/generation-7-checks",
  "sandbox/sandbox",
  "e2e/secrets",
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
  const index = longest.indexOf(relative(tests, moduleId).replace(/\.test\.ts$/, ""));
  return index === -1 ? longest.length : index;
}
