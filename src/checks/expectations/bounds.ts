/**
 * Between a smallest and a largest value, either of which may be left out, or excluded.
 *
 * @module
 */
import pl, { type DataType, type Expr } from "nodejs-polars";
import type { KwargsProblem } from "@/checks/expectations/expectation.ts";
import { literal } from "@/checks/expectations/values.ts";

/** The bounds of a rule, in Great Expectations' words. */
export interface Bounds {
  readonly min_value?: number | string | null | undefined;
  readonly max_value?: number | string | null | undefined;
  readonly strict_min?: boolean | null | undefined;
  readonly strict_max?: boolean | null | undefined;
}

/** What contradicts itself in bounds: a minimum above the maximum, or no bound at all where one is needed. */
export function boundsProblem(
  { min_value: min, max_value: max, strict_min, strict_max }: Bounds,
  { needed = false }: { readonly needed?: boolean } = {},
): KwargsProblem | undefined {
  if (min === undefined || min === null || max === undefined || max === null) {
    const none = (min ?? undefined) === undefined && (max ?? undefined) === undefined;
    if (!needed || !none) return undefined;
    return { key: "min_value", problem: "min_value or max_value is needed, and both are missing" };
  }
  if (typeof min !== typeof max) {
    return { key: "max_value", problem: `must be a ${typeof min} like min_value (${min}), found ${describe(max)}` };
  }
  if (min > max) return { key: "max_value", problem: `must be >= min_value (${min}), found ${describe(max)}` };
  if (min === max && (strict_min || strict_max)) {
    return { key: "max_value", problem: `must be > min_value (${min}) as a bound is strict, found ${describe(max)}` };
  }
  return undefined;
}

/**
 * Bounds in words, for a person.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { boundsInWords } from "@/checks/expectations/bounds.ts";
 *
 * expect(boundsInWords({ min_value: 0, max_value: 50_000 })).toBe("between 0 and 50,000");
 * expect(boundsInWords({ min_value: 0, strict_min: true })).toBe("above 0");
 * ```
 */
export function boundsInWords({ min_value: min, max_value: max, strict_min, strict_max }: Bounds): string {
  const low = min === undefined || min === null ? undefined : describe(min);
  const high = max === undefined || max === null ? undefined : describe(max);
  if (low !== undefined && low === high) return `exactly ${low}`;
  if (low !== undefined && high !== undefined && !strict_min && !strict_max) return `between ${low} and ${high}`;
  const parts = [];
  if (low !== undefined) parts.push(`${strict_min ? "above" : "at least"} ${low}`);
  if (high !== undefined) parts.push(`${strict_max ? "below" : "at most"} ${high}`);
  return parts.length === 0 ? "any value" : parts.join(" and ");
}

/** True where a column's values lie within the bounds. */
export function within(values: Expr, type: DataType, bounds: Bounds): Expr {
  const { min_value: min, max_value: max, strict_min, strict_max } = bounds;
  const rules: Expr[] = [];
  if (min !== undefined && min !== null) {
    const low = literal(min, type);
    rules.push(strict_min ? values.gt(low) : values.gtEq(low));
  }
  if (max !== undefined && max !== null) {
    const high = literal(max, type);
    rules.push(strict_max ? values.lt(high) : values.ltEq(high));
  }
  return rules.length === 0 ? pl.lit(true) : rules.reduce((all, rule) => all.and(rule));
}

/** Whether the smallest and the largest value of a column lie within the bounds: a proof that all do. */
export function extremesWithin(values: Expr, type: DataType, bounds: Bounds): Expr {
  const rules: Expr[] = [];
  const low = { min_value: bounds.min_value, strict_min: bounds.strict_min };
  const high = { max_value: bounds.max_value, strict_max: bounds.strict_max };
  if ((bounds.min_value ?? undefined) !== undefined) rules.push(within(values.min(), type, low));
  if ((bounds.max_value ?? undefined) !== undefined) rules.push(within(values.max(), type, high));
  return rules.length === 0 ? pl.lit(true) : rules.reduce((all, rule) => all.and(rule));
}

/** Whether one observed value (a number, text, or a date as ISO text) lies within the bounds. */
export function liesWithin(observed: number | string, bounds: Bounds): boolean {
  const { min_value: min, max_value: max, strict_min, strict_max } = bounds;
  if (min !== undefined && min !== null && !(strict_min ? observed > min : observed >= min)) return false;
  if (max !== undefined && max !== null && !(strict_max ? observed < max : observed <= max)) return false;
  return true;
}

/**
 * Whether bounds can be compared with values of a type at all.
 *
 * @throws {TypeError} If a bound is a number where the column has text, and so on.
 */
export function requireComparable(type: DataType, { min_value: min, max_value: max }: Bounds): void {
  for (const bound of [min, max]) if (bound !== undefined && bound !== null) literal(bound, type);
}

function describe(bound: number | string): string {
  return typeof bound === "number"
    ? bound.toLocaleString("en", { maximumFractionDigits: 12 })
    : bound.replace(/T00:00:00$/, "");
}
