import type { z } from "zod";

import { entryOf, metaOf, shapeOf, type SettingMeta } from "./schema/walk";

/** Where a setting stands: keys and indices, from the outermost on. */
export type SettingPath = readonly (string | number)[];

/** A secret among the settings. */
export interface SecretSetting {
  readonly path: SettingPath;
  /** The command that sets it. */
  readonly setWith: string;
  /** What to do once others may have read it, such as `replace the key at Datadog`. */
  readonly onceExposed: string;
}

/** The settings in `value` that the schema knows as secrets, whatever stands there. */
export function secretSettings(schema: z.core.$ZodType, value: unknown, path: SettingPath = []): SecretSetting[] {
  if (value === undefined || value === null) return [];
  const { setWith, onceExposed = "" }: SettingMeta = metaOf(schema);
  if (setWith !== undefined) return [{ path, setWith, onceExposed }];
  const entry = entryOf(schema);
  if (entry !== undefined && Array.isArray(value)) {
    return value.flatMap((item, index) => secretSettings(entry, item, [...path, index]));
  }
  const shape = shapeOf(schema) ?? {};
  return Object.entries(value).flatMap(([key, item]) => {
    const setting = shape[key];
    return setting === undefined ? [] : secretSettings(setting, item, [...path, key]);
  });
}
