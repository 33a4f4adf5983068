/**
 * The settings that expectations share, as JSON Schema.
 *
 * @module
 */
import type { JSONSchema } from "json-schema-to-ts";

/** A column's name. */
export const column = { type: "string", minLength: 1 } as const;

/** The share of rows that must keep the rule, 0 to 1. */
export const mostly = { type: ["number", "null"], minimum: 0, maximum: 1 } as const;

/** Bounds that may be numbers, dates or text. */
export const bounds = {
  min_value: { type: ["number", "string", "null"] },
  max_value: { type: ["number", "string", "null"] },
  strict_min: { type: ["boolean", "null"] },
  strict_max: { type: ["boolean", "null"] },
} as const;

/** Bounds on a count or a measure. */
export const numberBounds = {
  min_value: { type: ["number", "null"] },
  max_value: { type: ["number", "null"] },
  strict_min: { type: ["boolean", "null"] },
  strict_max: { type: ["boolean", "null"] },
} as const;

/** Values to choose from. */
export const valueSet = { type: "array", items: { type: ["number", "string", "boolean", "null"] } } as const;

/** Several texts, at least one: patterns. */
export const texts = { type: "array", items: { type: "string" }, minItems: 1 } as const;

/** Whether one of several patterns is enough. */
export const matchOn = { type: "string", enum: ["any", "all"] } as const;

/** Which rows of two columns are left out because of missing values. */
export const ignorePairIf = {
  type: "string",
  enum: ["both_values_are_missing", "either_value_is_missing", "neither"],
} as const;

/** Which rows of several columns are left out because of missing values. */
export const ignoreRowIf = {
  type: "string",
  enum: ["all_values_are_missing", "any_value_is_missing", "never"],
} as const;

/** Rows that the rule is about: Great Expectations' condition, as text or as a tree. */
const condition = {
  row_condition: { type: ["string", "object", "null"] },
  condition_parser: { type: ["string", "null"] },
} as const;

/**
 * Returns the schema of an expectation's settings: the named ones, and the row condition that every rule about data may
 * have. Anything else is refused.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { column, kwargsSchema } from "@/checks/expectations/kwargs.ts";
 *
 * const schema = kwargsSchema({ column }, ["column"]);
 * expect(schema.required).toEqual(["column"]);
 * expect(schema.additionalProperties).toBe(false);
 * ```
 */
export function kwargsSchema<
  const P extends Readonly<Record<string, JSONSchema>>,
  const R extends readonly (keyof P & string)[],
>(properties: P, required: R): KwargsSchema<P & typeof condition, R> {
  return { type: "object", properties: { ...properties, ...condition }, required, additionalProperties: false };
}

/** A closed object schema. */
export interface KwargsSchema<P, R> {
  readonly type: "object";
  readonly properties: P;
  readonly required: R;
  readonly additionalProperties: false;
}
