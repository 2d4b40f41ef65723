import { z } from "zod";

import { metaOf } from "./walk";

type Shape = Readonly<Record<string, z.ZodType>>;

/**
 * The settings of a host, each of which may also be `null`: the host undoes what its stack says there, at any depth. Where
 * something is required it can be undone only with all that it is a part of.
 */
export function undoable<Settings extends Shape>(settings: Settings): Settings {
  // Whoever reads them has laid them over the stack's, and then no null is left: so their type stays.
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
