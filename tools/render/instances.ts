import { describeInstance, settingsOf, tagsOf, type InstanceSettings } from "../status/instance-settings";
import { itemsOf, memberOf } from "../shared/values";
import { readYaml } from "../status/yaml";
import type { ConfigFiles } from "./draft";

/** One instance of a check in a config file. */
export interface ConfigInstance {
  /** Such as `redisdb`. */
  readonly check: string;
  /** Path of its file below the folder of configs. */
  readonly file: string;
  /** Id of its container; undefined if one file has the instances of all containers, as with generation 5. */
  readonly id: string | undefined;
  /** Name of its container, from its file; empty if the file has none. */
  readonly container: string;
  /** What it looks at, such as `172.18.0.5:6379`. */
  readonly address: string;
  readonly tags: readonly string[];
  readonly settings: InstanceSettings;
}

/** The instances in some config files, in the order of the files' paths. */
export function instancesIn(files: ConfigFiles): ConfigInstance[] {
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, text]) => {
      const check = checkOf(file);
      const id = /\/([0-9a-f]{64})\.yaml$/.exec(file)?.[1];
      const container = id === undefined ? "" : (/^# .* container "([^"]*)"/.exec(text)?.[1] ?? "");
      return itemsOf(memberOf(contentOf(text), "instances")).map((instance) => {
        const settings = settingsOf(instance);
        const address = describeInstance(settings, check);
        return { check, file, id, container, address, tags: tagsOf(settings), settings };
      });
    });
}

/** The content of a config file, without comments; undefined if it is not valid YAML. */
export function contentOf(text: string): unknown {
  const read = readYaml(text);
  return "value" in read ? read.value : undefined;
}

/** Each begins with the name of its container, in quotes. */
const remark = /^ {2}# (".*)\n/gm;

/** Comment lines that say why a container has no instance, or which of its hints were ignored. */
export function remarksIn(files: ConfigFiles): Set<string> {
  return new Set([...files.values()].flatMap((text) => [...text.matchAll(remark)].map(([, said = ""]) => said)));
}

/** A config file without such lines. */
export function withoutRemarks(text: string): string {
  return text.replace(remark, "");
}

/** `redisdb.d/redisdb.yaml`, `redisdb.d/<id>.yaml` and `redisdb.yaml` are files of the check `redisdb`. */
function checkOf(file: string): string {
  return (file.split("/")[0] ?? file).replace(/\.(d|yaml)$/, "");
}
