import { labelsWithoutEffect, mountProblems, variablesWithoutEffect } from "../container";
import { HostPaths } from "../names";
import type { HostSettings, Problem } from "../settings";
import { generatorEnvironment } from "./generator";
import { generatorMounts, generatorTmpfs } from "./mounts";
import { passwordProblems } from "./passwords";
import { waitProblems } from "./wait";

/** Problems with the resolved settings of a host's generator. */
export function generatorProblems(host: HostSettings): Problem[] {
  const mounts = generatorMounts(host, new HostPaths(host.root), { configFolder: "", templatesFolder: "" });
  const targets = [...mounts.map(({ target }) => target), ...Object.keys(generatorTmpfs)];
  return [...mountProblems("generator", host, targets), ...passwordProblems(host), ...waitProblems(host)];
}

/** Warnings about the generator of a host. */
export function generatorWarnings(host: HostSettings): readonly string[] {
  return [
    ...variablesWithoutEffect("generator", Object.keys(host.generator.environment), generatorEnvironment),
    ...labelsWithoutEffect("generator", host),
  ];
}
