import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import type { StackState } from "../deploy/state";
import { expectedHosts } from "./expected";

/** A host in a stack's file. */
interface ListedHost {
  readonly name: string;
  readonly address: string;
  readonly formerNames: readonly string[];
}

/** The hosts in a stack's file; undefined where it can't be read that way. The run that follows reports a bad entry. */
export function listedHosts(folder: string, stack: string): readonly ListedHost[] | undefined {
  const file = parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")) as {
    readonly config?: Readonly<Record<string, unknown>>;
  } | null;
  const hosts = file?.config?.["datadog-hosts:hosts"];
  if (!Array.isArray(hosts)) return undefined;
  return (hosts as (Readonly<Record<string, unknown>> | null)[]).map((host) => ({
    name: String(host?.["name"]),
    address: String(host?.["address"]),
    formerNames: Array.isArray(host?.["formerNames"]) ? host["formerNames"].map(String) : [],
  }));
}

/** What is wrong with a host of {@link neverMade}. */
export const neverMadeText = "it was never set up, and nothing on it is watched";

/** The hosts in a stack's file of which its state has nothing, under no name: none of them was ever set up. */
export function neverMade(folder: string, stack: string, state: StackState): string[] {
  const made = new Set(expectedHosts(state).map(({ name }) => name));
  return (listedHosts(folder, stack) ?? [])
    .filter(({ name, formerNames }) => ![name, ...formerNames].some((one) => made.has(one)))
    .map(({ name }) => name);
}
