import { z } from "zod";

/**
 * A time of at least some seconds, such as `60s` or `2m`.
 * @param example is named where the form is wrong.
 */
export function timeOfAtLeast(seconds: number, example: string): z.ZodString {
  return z
    .string()
    .regex(/^\d{1,4}s$|^\d{1,2}m$/, `is a time in s or m, such as ${example}`)
    .refine((time) => secondsOf(time) >= seconds, { message: `is too short: at least ${seconds}s` });
}

/** Seconds of a time such as `60s` or `2m`. */
export function secondsOf(time: string): number {
  return Number.parseInt(time, 10) * (time.endsWith("m") ? 60 : 1);
}
