import type { Differences } from "./plugin";
import { StepError } from "./plugin";

/** What a change does: nothing, an update, or a replacement; and which paths are told. */
export interface Outcome {
  readonly does: "nothing" | "update" | "replacement";
  readonly paths: Readonly<Record<string, string>>;
}

/** A diff in one word, with its paths. */
export function outcomeOf(differences: Differences): Outcome {
  const does = !differences.changed ? "nothing" : differences.replaces.length > 0 ? "replacement" : "update";
  return { does, paths: differences.paths };
}

/** The error of a step that has to fail. Throws when it doesn't, or not as a step. */
export async function failureOf(action: Promise<unknown>): Promise<StepError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof StepError) return error;
    throw error;
  }
  throw new Error("the step did not fail");
}
