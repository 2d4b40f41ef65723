import { isSecretKey } from "../shared/secrets";
import type { ConfigFiles } from "./draft";
import { unknownPassword } from "./passwords";
import type { FileChange, HostRendering, InstanceChange, SettingChange } from "./schema";
import {
  containerOf,
  parseContent,
  instancesIn,
  containerRemarks,
  withoutContainerRemarks,
  type ConfigInstance,
} from "./instances";

/** The differences on one host. */
export type Differences = Pick<HostRendering, "instances" | "files" | "remarks">;

/** Names of a host's containers by address. Addresses that several containers share are left out. */
export type ContainerNames = ReadonlyMap<string, string>;

/** The differences between a host's current config files and its future ones. */
export function differencesBetween(before: ConfigFiles, after: ConfigFiles, names: ContainerNames): Differences {
  const pairs = pairInstances(instancesIn(before), instancesIn(after)).flatMap((pair) => changeOf(pair, names));
  const touched = new Set(pairs.flatMap(({ files }) => files));
  const files = [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((file): FileChange[] => {
    const [old, next] = [before.get(file), after.get(file)];
    if (old === next || (next?.includes(escapedUnknownPassword) && withoutPasswords(old) === withoutPasswords(next)))
      return [];
    const change = old === undefined ? "added" : next === undefined ? "removed" : "changed";
    const what = touched.has(file) ? "instances" : contentChange(old, next);
    return [{ change, path: shortPath(file), container: containerOf(file, next ?? old ?? ""), what }];
  });
  const earlierRemarks = containerRemarks(before);
  return {
    instances: pairs.map(({ instance }) => instance).sort(compareChanges),
    files,
    remarks: [...containerRemarks(after)].filter((remark) => !earlierRemarks.has(remark)),
  };
}

/** {@link unknownPassword} as it is escaped in a config. */
const escapedUnknownPassword = JSON.stringify(unknownPassword).slice(1, -1);

function withoutPasswords(text: string | undefined): string | undefined {
  return text?.replace(/^( *\w*pass(?:word)?: ).*$/gm, "$1");
}

type Pair = readonly [ConfigInstance | undefined, ConfigInstance | undefined];

/** Pairs each instance with its successor: by the container's id, else by address; equal settings are preferred. */
function pairInstances(before: readonly ConfigInstance[], after: readonly ConfigInstance[]): Pair[] {
  const unpaired = [...before];
  let remaining = [...after];
  const pairs: Pair[] = [];
  const criteria: ((a: ConfigInstance, b: ConfigInstance) => boolean)[] = [
    (a, b) => a.id !== undefined && a.id === b.id,
    (a, b) => a.address === b.address && sameSettings(a, b),
    (a, b) => a.address === b.address,
  ];
  for (const matches of criteria) {
    remaining = remaining.filter((next) => {
      const index = unpaired.findIndex((old) => old.check === next.check && matches(old, next));
      if (index < 0) return true;
      pairs.push([unpaired.splice(index, 1)[0], next]);
      return false;
    });
  }
  return [
    ...pairs,
    ...unpaired.map((old): Pair => [old, undefined]),
    ...remaining.map((next): Pair => [undefined, next]),
  ];
}

function changeOf([old, next]: Pair, names: ContainerNames): { instance: InstanceChange; files: string[] }[] {
  const reported = next ?? old;
  if (reported === undefined) return [];
  const settings =
    old === undefined || next === undefined ? [] : [...settingChanges(old, next), ...fileChange(old, next)];
  if (old !== undefined && next !== undefined && settings.length === 0) return [];
  const change = old === undefined ? "added" : next === undefined ? "removed" : "changed";
  const { check, address, tags } = reported;
  const instance = { change, check, instance: address, container: nameOf(reported, names), tags, settings } as const;
  return [{ instance, files: [old, next].flatMap((one) => (one === undefined ? [] : [one.file])) }];
}

function settingChanges(old: ConfigInstance, next: ConfigInstance): SettingChange[] {
  const keys = [...new Set([...old.settings.keys(), ...next.settings.keys()])];
  return keys.flatMap((key): SettingChange[] => {
    const [from, to] = [valueOf(old.settings.get(key)), valueOf(next.settings.get(key))];
    if (from === to || to === unknownPassword) return [];
    if (key === "tags")
      return [{ key, added: listDifference(next.tags, old.tags), removed: listDifference(old.tags, next.tags) }];
    return isSecretKey(key) ? [{ key, secret: true }] : [{ key, from, to }];
  });
}

/** Moving an instance to another file counts as a change, because the agent stops it and schedules it again. */
function fileChange({ file: from }: ConfigInstance, { file: to }: ConfigInstance): SettingChange[] {
  return from === to ? [] : [{ key: "file", from: shortPath(from), to: shortPath(to) }];
}

function sameSettings(old: ConfigInstance, next: ConfigInstance): boolean {
  return settingChanges(old, next).length === 0;
}

/** A setting's value as text; null if the setting is missing. */
function valueOf(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The items of a list without those of another; each item of the other removes one occurrence. */
function listDifference(list: readonly string[], others: readonly string[]): string[] {
  const unmatched = [...others];
  return list.filter((item) => {
    const index = unmatched.indexOf(item);
    if (index >= 0) unmatched.splice(index, 1);
    return index < 0;
  });
}

function nameOf({ container, settings, address }: ConfigInstance, names: ContainerNames): string {
  if (container !== "") return container;
  const host = settings.get("host") ?? /^\w+:\/\/(\[[^\]]*\]|[^:/]*)/.exec(address)?.[1] ?? settings.get("url");
  return typeof host === "string" ? (names.get(host.replace(/^\[|\]$/g, "")) ?? "") : "";
}

/** What changes in a file whose instances stay the same. */
function contentChange(old: string | undefined, next: string | undefined): FileChange["what"] {
  if (old === undefined || next === undefined) return "settings";
  const contents = [old, next].map((text) => JSON.stringify(parseContent(text)));
  if (contents[0] !== contents[1]) return "settings";
  return withoutContainerRemarks(old) === withoutContainerRemarks(next) ? "remarks" : "comments";
}

/** A path with a container's id cut to 12 digits, as Docker prints it. */
function shortPath(file: string): string {
  return file.replace(/\/([0-9a-f]{12})[0-9a-f]{52}\.yaml$/, "/$1.yaml");
}

function compareChanges(a: InstanceChange, b: InstanceChange): number {
  const key = ({ check, instance, container, change }: InstanceChange): string =>
    [check, instance, container, change].join("\0");
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
