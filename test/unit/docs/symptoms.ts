import { readFileSync } from "node:fs";

import { expect } from "vitest";

/** One symptom of docs/troubleshooting.md, with the messages that the page quotes. */
export interface Symptom {
  readonly symptom: string;
  readonly quotes: readonly string[];
}

/** The page's symptoms, in its order. */
export const symptoms: readonly Symptom[] = readFileSync("docs/troubleshooting.md", "utf8")
  .split(/^### /m)
  .slice(1)
  .map((text) => ({
    symptom: text.split("\n")[0] ?? "",
    quotes: [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].flatMap(([, quote = ""]) => quote.trim().split("\n")),
  }));

/** Symptoms that `test/templates` reproduces: only docker-gen renders what they quote. */
export const renderedSymptoms = ["A value is not used", "Series have two values of a tag"];

/** Expects what is printed to have all that the page quotes of a symptom. */
export function expectQuoted(symptom: string, text: string): void {
  const { quotes } = symptoms.find((one) => one.symptom === symptom) ?? { quotes: [] };
  expect(quotes, symptom).not.toEqual([]);
  for (const quote of quotes) expect(text).toMatch(patternOf(quote));
}

/** A quote as a pattern: `…` stands for anything within a line. */
function patternOf(quote: string): RegExp {
  const parts = quote.split(/ ?… ?/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(parts.join(".*"));
}
