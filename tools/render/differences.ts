import { isSecretKey } from "../shared/secrets";
import type { ConfigFiles } from "./draft";
import { unknownPassword } from "./passwords";
import { contentOf, instancesIn, remarksIn, withoutRemarks, type ConfigInstance } from "./instances";

/** What becomes of an instance or a file. */
export type Change = "added" | "changed" | "removed";

/** One setting in which an instance would differ. */
export type SettingChange =
  /** Tags that it would have or lose; both empty where only their order changes. */
  | { readonly key: "tags"; readonly added: readonly string[]; readonly removed: readonly string[] }
  /** `secret`: neither value is shown. `from` and `to` are null where the key is not there. */
  | { readonly key: string; readonly secret: true }
  | { readonly key: string; readonly from: string | null; readonly to: string | null };

/** One instance that would appear, change or vanish. */
export interface InstanceChange {
  readonly change: Change;
  readonly check: string;
  /** What it looks at: after the change, or before it where it would vanish. */
  readonly instance: string;
  /** Name of its container; empty where that can't be told. */
  readonly container: string;
  /** Its tags: after the change, or before it where it would vanish. */
  readonly tags: readonly string[];
  /** In what it would change; empty where it would appear or vanish. */
  readonly settings: readonly SettingChange[];
}

/** One file that would be written, rewritten or removed. */
export interface FileChange {
  readonly change: Change;
  /** Below the folder of configs; a container's id in it is cut to 12 digits. */
  readonly path: string;
  /**
   * What in it: `instances` that appear, change or vanish; else `settings` beside them; else `comments`; or nothing but
   * `remarks` on containers, which are listed by themselves.
   */
  readonly what: "instances" | "settings" | "comments" | "remarks";
}

/** What would differ on a host. */
export interface Differences {
  readonly instances: readonly InstanceChange[];
  readonly files: readonly FileChange[];
  /** What is said of containers then and is not now, such as why one has no instance. */
  readonly remarks: readonly string[];
}

/** Names of a host's containers, by an address that one of them alone has. */
export type ContainerNames = ReadonlyMap<string, string>;

/** What differs between the config files that are there and those that would be. */
export function differencesBetween(before: ConfigFiles, after: ConfigFiles, names: ContainerNames): Differences {
  const pairs = pairUp(instancesIn(before), instancesIn(after)).flatMap((pair) => changeOf(pair, names));
  const touched = new Set(pairs.flatMap(({ files }) => files));
  const files = [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((file): FileChange[] => {
    const [old, next] = [before.get(file), after.get(file)];
    if (old === next || (next?.includes(unknownInFile) && withoutPasswords(old) === withoutPasswords(next))) return [];
    const change = old === undefined ? "added" : next === undefined ? "removed" : "changed";
    return [{ change, path: shortPath(file), what: touched.has(file) ? "instances" : whatChanges(old, next) }];
  });
  const said = remarksIn(before);
  return {
    instances: pairs.map(({ instance }) => instance).sort(byPlace),
    files,
    remarks: [...remarksIn(after)].filter((remark) => !said.has(remark)),
  };
}

/** As {@link unknownPassword} stands in a config. */
const unknownInFile = JSON.stringify(unknownPassword).slice(1, -1);

function withoutPasswords(text: string | undefined): string | undefined {
  return text?.replace(/^( *\w*pass(?:word)?: ).*$/gm, "$1");
}

type Pair = readonly [ConfigInstance | undefined, ConfigInstance | undefined];

/** Which instance is which: by the container's id, else by an address that fits, the most alike first. */
function pairUp(before: readonly ConfigInstance[], after: readonly ConfigInstance[]): Pair[] {
  const left = [...before];
  let open = [...after];
  const pairs: Pair[] = [];
  const alike: ((a: ConfigInstance, b: ConfigInstance) => boolean)[] = [
    (a, b) => a.id !== undefined && a.id === b.id,
    (a, b) => a.address === b.address && sameSettings(a, b),
    (a, b) => a.address === b.address,
  ];
  for (const same of alike) {
    open = open.filter((next) => {
      const place = left.findIndex((old) => old.check === next.check && same(old, next));
      if (place < 0) return true;
      pairs.push([left.splice(place, 1)[0], next]);
      return false;
    });
  }
  return [...pairs, ...left.map((old): Pair => [old, undefined]), ...open.map((next): Pair => [undefined, next])];
}

function changeOf([old, next]: Pair, names: ContainerNames): { instance: InstanceChange; files: string[] }[] {
  const shown = next ?? old;
  if (shown === undefined) return [];
  const settings =
    old === undefined || next === undefined ? [] : [...settingChanges(old, next), ...fileChange(old, next)];
  if (old !== undefined && next !== undefined && settings.length === 0) return [];
  const change = old === undefined ? "added" : next === undefined ? "removed" : "changed";
  const { check, address, tags } = shown;
  const instance = { change, check, instance: address, container: nameOf(shown, names), tags, settings } as const;
  return [{ instance, files: [old, next].flatMap((one) => (one === undefined ? [] : [one.file])) }];
}

function settingChanges(old: ConfigInstance, next: ConfigInstance): SettingChange[] {
  const keys = [...new Set([...old.settings.keys(), ...next.settings.keys()])];
  return keys.flatMap((key): SettingChange[] => {
    const [from, to] = [valueOf(old.settings.get(key)), valueOf(next.settings.get(key))];
    if (from === to || to === unknownPassword) return [];
    if (key === "tags") return [{ key, added: without(next.tags, old.tags), removed: without(old.tags, next.tags) }];
    return isSecretKey(key) ? [{ key, secret: true }] : [{ key, from, to }];
  });
}

/** An instance in another file is taken out of the agent and put in again. */
function fileChange({ file: from }: ConfigInstance, { file: to }: ConfigInstance): SettingChange[] {
  return from === to ? [] : [{ key: "file", from: shortPath(from), to: shortPath(to) }];
}

function sameSettings(old: ConfigInstance, next: ConfigInstance): boolean {
  return settingChanges(old, next).length === 0;
}

/** A setting's value as text; null where it is not there. */
function valueOf(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The items of a list that another does not have as often. */
function without(list: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return list.filter((item) => {
    const place = left.indexOf(item);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

function nameOf({ container, settings, address }: ConfigInstance, names: ContainerNames): string {
  if (container !== "") return container;
  const host = settings.get("host") ?? /^\w+:\/\/(\[[^\]]*\]|[^:/]*)/.exec(address)?.[1] ?? settings.get("url");
  return typeof host === "string" ? (names.get(host.replace(/^\[|\]$/g, "")) ?? "") : "";
}

/** What changes in a file whose instances stay. */
function whatChanges(old: string | undefined, next: string | undefined): FileChange["what"] {
  if (old === undefined || next === undefined) return "settings";
  const contents = [old, next].map((text) => JSON.stringify(contentOf(text)));
  if (contents[0] !== contents[1]) return "settings";
  return withoutRemarks(old) === withoutRemarks(next) ? "remarks" : "comments";
}

/** A path with as much of a container's id as Docker shows. */
function shortPath(file: string): string {
  return file.replace(/\/([0-9a-f]{12})[0-9a-f]{52}\.yaml$/, "/$1.yaml");
}

function byPlace(a: InstanceChange, b: InstanceChange): number {
  const key = ({ check, instance, container, change }: InstanceChange): string =>
    [check, instance, container, change].join("\0");
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
