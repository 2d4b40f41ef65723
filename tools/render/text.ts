import { logConfigsFolder } from "../../infra/names";
import type { Shown } from "../shared/shown";
import { truncate } from "../shared/terminal-text";
import type { FileChange, HostRendering, InstanceChange, SettingChange } from "./schema";

const signs = { added: "+", changed: "~", removed: "-" } as const;

/** The text before the names of containers, by what happens to them. */
const wouldBe: Readonly<Record<HostRendering["containers"][number]["fate"], string>> = {
  starts: "would start",
  restarts: "would restart",
  "runs on": "would be changed and run on",
  goes: "would go",
};

/** Longer lines are cut, in columns: containers can declare texts of any length. */
const maxColumns = 400;

/**
 * Describes renderings as text: one line for each host, and below it one for each instance that would be added, changed or
 * removed, and for files that change without such instances.
 */
export function describeRenderings(renderings: readonly Shown<HostRendering>[]): string {
  return renderings.flatMap((host) => describeHost(host)).join("\n");
}

function describeHost({ host, reached, problem, containers, instances, files, remarks }: HostRendering): string[] {
  if (!reached) return [`Host ${host}: ${problem}`];
  const fates = Object.entries(wouldBe).flatMap(([fate, words]) => {
    const names = containers.filter((container) => container.fate === fate).map(({ name }) => name);
    return names.length === 0 ? [] : [`${words}: ${names.join(", ")}`];
  });
  const lines = [
    ...instances.map(describeInstanceChange),
    ...files.filter(({ what }) => what === "settings").map(describeFile),
    ...describeComments(files.filter(({ what }) => what === "comments")),
    ...remarks.map((remark) => `! ${remark}`),
  ];
  const head = [...fates, ...(lines.length === 0 ? ["its configs stay as they are"] : [])].join("; ");
  return [
    `Host ${host}: ${head === "" ? "its configs change" : head}`,
    ...lines.map((line) => `  ${truncate(line, maxColumns)}`),
  ];
}

function describeInstanceChange({ change, check, instance, container, tags, settings }: InstanceChange): string {
  const what = change === "changed" ? settings.map(describeSetting) : tags;
  const words = [signs[change], check, instance, what.join(change === "changed" ? ", " : " ")];
  return [...words, container === "" ? "" : `(${container})`].filter((word) => word !== "").join(" ");
}

function describeSetting(setting: SettingChange): string {
  if ("secret" in setting) return `${setting.key}: changes`;
  if ("from" in setting) {
    return `${setting.key}: ${setting.from ?? "(none)"} -> ${setting.to ?? "(none)"}`;
  }
  const { added, removed } = setting;
  const tags = [...removed.map((tag) => `- ${tag}`), ...added.map((tag) => `+ ${tag}`)];
  return `tags: ${tags.length === 0 ? "in another order" : tags.join(" ")}`;
}

function describeFile({ change, path, container }: FileChange): string {
  const ofContainer = container === "" ? "" : ` (${container})`;
  if (path.startsWith(`${logConfigsFolder}/`)) return `${signs[change]} logs ${path}${ofContainer}`;
  const what = change === "changed" ? ": other settings than its instances" : ", without instances";
  return `${signs[change]} ${path}${what}${ofContainer}`;
}

function describeComments(files: readonly FileChange[]): string[] {
  if (files.length === 0) return [];
  return files.length === 1 ? [`~ ${files[0]?.path ?? ""}: comments only`] : [`~ ${files.length} files: comments only`];
}
