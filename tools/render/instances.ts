import { describeInstance, settingsOf, tagsOf, type InstanceSettings } from "../status/instance-settings";
import { itemsOf, memberOf } from "../shared/values";
import { readYaml } from "../status/yaml";
import type { ConfigFiles } from "./draft";

/** One instance of a check in a config file. */
export interface ConfigInstance {
  /** Name of the check, such as `redisdb`. */
  readonly check: string;
  /** Path of its file below the config folder. */
  readonly file: string;
  /** Id of its container; undefined if one file holds the instances of all containers, as in generation 5. */
  readonly id: string | undefined;
  /** Name of its container as written in its file; empty if the file does not name it. */
  readonly container: string;
  /** Its target, such as `172.18.0.5:6379`. */
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
      const id = idIn(file);
      const container = containerOf(file, text);
      return itemsOf(memberOf(parseContent(text), "instances")).map((instance) => {
        const settings = settingsOf(instance);
        const address = describeInstance(settings, check);
        return { check, file, id, container, address, tags: tagsOf(settings), settings };
      });
    });
}

/** The id of the container that a file is for; undefined if it is for no single one. */
function idIn(file: string): string | undefined {
  return /\/([0-9a-f]{64})\.yaml$/.exec(file)?.[1];
}

/** The name of the container that a file is for, from its first line; empty if it is for no single one. */
export function containerOf(file: string, text: string): string {
  return idIn(file) === undefined ? "" : (/^# .* container "([^"]*)"/.exec(text)?.[1] ?? "");
}

/** The parsed content of a config file; undefined if it is not valid YAML. */
export function parseContent(text: string): unknown {
  const read = readYaml(text);
  return "value" in read ? read.value : undefined;
}

/** A comment line with a remark on a container. The remark begins with the container's name in quotes. */
const remark = /^ {2}# (".*)\n/gm;

/** The remarks on containers in config files: why a container has no instance, or which of its hints were ignored. */
export function containerRemarks(files: ConfigFiles): Set<string> {
  return new Set(
    [...files.values()].flatMap((text) => [...text.matchAll(remark)].map(([, remarkText = ""]) => remarkText)),
  );
}

/** A config file's text without these remarks. */
export function withoutContainerRemarks(text: string): string {
  return text.replace(remark, "");
}

/** The check that a file belongs to: `redisdb` for `redisdb.d/redisdb.yaml`, `redisdb.d/<id>.yaml` and `redisdb.yaml`. */
function checkOf(file: string): string {
  return (file.split("/")[0] ?? file).replace(/\.(d|yaml)$/, "");
}
