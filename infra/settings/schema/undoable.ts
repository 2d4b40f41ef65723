import { z } from "zod";

import { metaOf } from "./walk";

type Shape = Readonly<Record<string, z.ZodType>>;

/**
 * The settings of a host, each of which may also be `null`, at any depth: that unsets the stack's value. A required setting
 * can be unset only together with the setting that it belongs to.
 */
export function undoable<Settings extends Shape>(settings: Settings): Settings {
  // Readers merge them with the stack's settings, which removes all nulls, so the type stays the same.
  return Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, undoableSetting(setting)]),
  ) as Settings;
}

function undoableSetting(setting: z.ZodType): z.ZodType {
  if (!(setting instanceof z.ZodOptional)) return setting;
  const inner = undoableParts(setting.unwrap() as z.ZodType);
  return inner
    .nullable()
    .optional()
    .meta({ ...metaOf(setting) });
}

function undoableParts(setting: z.ZodType): z.ZodType {
  if (setting instanceof z.ZodObject) return z.strictObject(undoable(setting.shape as Shape));
  if (setting instanceof z.ZodRecord) {
    const texts = z.record(setting.keyType as z.ZodString, (setting.valueType as z.ZodType).nullable());
    return texts.meta({ ...metaOf(setting) });
  }
  return setting;
}
