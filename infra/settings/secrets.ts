import type { z } from "zod";

import { entryOf, metaOf, shapeOf, type SettingMeta } from "./schema/walk";

/** The path of a setting: keys and indices, beginning with the outermost. */
export type SettingPath = readonly (string | number)[];

/** A setting that is a secret. */
export interface SecretSetting {
  readonly path: SettingPath;
  /** The command that sets it. */
  readonly setWith: string;
  /** What to do after a leak, such as `replace the key at Datadog`. */
  readonly afterLeak: string;
}

/** The settings in `value` that the schema marks as secrets. */
export function secretSettings(schema: z.core.$ZodType, value: unknown, path: SettingPath = []): SecretSetting[] {
  if (value === undefined || value === null) return [];
  const { setWith, afterLeak = "" }: SettingMeta = metaOf(schema);
  if (setWith !== undefined) return [{ path, setWith, afterLeak }];
  const entry = entryOf(schema);
  if (entry !== undefined && Array.isArray(value)) {
    return value.flatMap((item, index) => secretSettings(entry, item, [...path, index]));
  }
  const shape = shapeOf(schema) ?? {};
  return Object.entries(value).flatMap(([key, item]) => {
    const setting = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return setting === undefined ? [] : secretSettings(setting, item, [...path, key]);
  });
}
