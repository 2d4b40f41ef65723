import { z } from "zod";

import { metaOf } from "./walk";

type Shape = Readonly<Record<string, z.ZodType>>;

/**
 * Allows `null` for each optional setting, at any depth: it resets a value of a lower layer, such as the stack's value for a
 * host. A required setting can be reset only together with the setting that contains it.
 */
export function resettable<Settings extends Shape>(settings: Settings): Settings {
  // The type stays the same, because merging the layers removes all nulls.
  return Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, resettableSetting(setting)]),
  ) as Settings;
}

function resettableSetting(setting: z.ZodType): z.ZodType {
  if (!(setting instanceof z.ZodOptional)) return setting;
  const inner = resettableParts(setting.unwrap() as z.ZodType);
  return inner
    .nullable()
    .optional()
    .meta({ ...metaOf(setting) });
}

function resettableParts(setting: z.ZodType): z.ZodType {
  if (setting instanceof z.ZodObject) return z.strictObject(resettable(setting.shape as Shape));
  if (setting instanceof z.ZodRecord) {
    const texts = z.record(setting.keyType as z.ZodString, (setting.valueType as z.ZodType).nullable());
    return texts.meta({ ...metaOf(setting) });
  }
  return setting;
}
