/**
 * What a search may choose from: parameters of an algorithm, within what its JSON Schema allows.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { JsonSchema } from "@/core/json.ts";
import { didYouMean } from "@/core/names.ts";

/** What is wanted of one parameter: a range, or the values themselves. */
export interface Wanted {
  /** The smallest value that is tried, itself included. */
  readonly min?: number;
  /** The largest value that is tried, itself included. */
  readonly max?: number;
  /** Ratios count, not differences: 10 to 20 is as far as 100 to 200. */
  readonly log?: boolean;
  /** The values to choose from, each once; instead of a range. */
  readonly values?: readonly (string | number | boolean)[];
}

/** One parameter of a space. */
export type Dimension =
  | {
    readonly name: string;
    readonly kind: "number" | "integer";
    readonly min: number;
    readonly max: number;
    readonly log: boolean;
  }
  | { readonly name: string; readonly kind: "choice"; readonly values: readonly (string | number | boolean)[] };

/** The parameters that a search chooses, in the order of their names. */
export type Space = readonly Dimension[];

/** A point of a space: parameter → value. */
export type Point = Readonly<Record<string, string | number | boolean>>;

/** A parameter as a JSON Schema describes it. */
interface Property {
  readonly type?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/**
 * Builds a search space out of what is wanted, and refuses what contradicts itself or the algorithm's schema.
 *
 * @param schema The algorithm's: a number's bounds, a choice's values and whether a number is whole are taken from it.
 * @throws {ParamsError} With every contradiction: parameter, what is wanted, what is possible.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { searchSpace } from "@/evaluation/mod.ts";
 *
 * const schema = { type: "object", properties: { num_leaves: { type: "integer", minimum: 2, maximum: 131072 } } };
 * const space = searchSpace(schema, { num_leaves: { min: 8, max: 128, log: true } }, "lightgbm");
 * expect(space).toEqual([{ name: "num_leaves", kind: "integer", min: 8, max: 128, log: true }]);
 * expect(() => searchSpace(schema, { num_leaves: { min: 9, max: 3 } }, "lightgbm")).toThrow("min 9 is above max 3");
 * ```
 */
export function searchSpace(schema: JsonSchema, wanted: Readonly<Record<string, Wanted>>, algorithm: string): Space {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Property>>;
  const problems: string[] = [];
  const space = Object.keys(wanted).sort().flatMap((name): Dimension[] => {
    const property = properties[name];
    if (property === undefined) {
      problems.push(`${name} is no parameter of ${algorithm}. ${didYouMean(name, Object.keys(properties))}`);
      return [];
    }
    const found = dimensionOf(name, property, wanted[name]!);
    if (typeof found !== "string") return [found];
    problems.push(`${name}: ${found}`);
    return [];
  });
  if (Object.keys(wanted).length === 0) problems.push("no parameter is in it");
  if (problems.length > 0) {
    throw new ParamsError(
      `Cannot search the space of ${algorithm} as it contradicts itself: ${problems.join("; ")}`,
      problems,
    );
  }
  return space;
}

function dimensionOf(name: string, property: Property, { min, max, log = false, values }: Wanted): Dimension | string {
  if (values !== undefined) {
    if (min !== undefined || max !== undefined || log) return "it has values and a range; say one of both";
    if (values.length === 0) return "it has no values";
    if (new Set(values).size < values.length) return `a value stands twice in ${values.join(", ")}`;
    const odd = values.find((value) => !allows(property, value));
    return odd === undefined
      ? { name, kind: "choice", values }
      : `the value ${odd} is not allowed: ${boundsText(property)}`;
  }
  if (property.enum !== undefined || property.type === "boolean") {
    return `it is a choice and needs values: ${boundsText(property)}`;
  }
  if (property.type !== "number" && property.type !== "integer") return `a ${property.type} cannot be searched`;
  if (min === undefined || max === undefined) return "a range needs both min and max";
  if (min > max) return `min ${min} is above max ${max}`;
  if (log && min <= 0) return `on a logarithmic scale min must be above 0: it is ${min}`;
  const whole = property.type === "integer";
  for (const [which, value] of [["min", min], ["max", max]] as const) {
    if (!allows(property, value)) return `${which} ${value} is not allowed: ${boundsText(property)}`;
  }
  return { name, kind: whole ? "integer" : "number", min, max, log };
}

function allows(property: Property, value: string | number | boolean): boolean {
  if (property.enum !== undefined) return property.enum.includes(value);
  if (property.type === "boolean") return typeof value === "boolean";
  if (property.type !== "number" && property.type !== "integer") {
    return property.type === "string" && typeof value === "string";
  }
  if (typeof value !== "number" || !Number.isFinite(value) || property.type === "integer" && !Number.isInteger(value)) {
    return false;
  }
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } =
    property;
  return value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;
}

function boundsText({ type, enum: values, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Property): string {
  if (values !== undefined) return `one of ${values.join(", ")}`;
  if (type === "boolean") return "true or false";
  const parts = [
    minimum === undefined ? "" : `>= ${minimum}`,
    exclusiveMinimum === undefined ? "" : `> ${exclusiveMinimum}`,
    maximum === undefined ? "" : `<= ${maximum}`,
    exclusiveMaximum === undefined ? "" : `< ${exclusiveMaximum}`,
  ].filter(Boolean);
  return `${type === "integer" ? "a whole number" : "a number"}${parts.length > 0 ? ` ${parts.join(" and ")}` : ""}`;
}

/**
 * Where a value lies in its dimension, from 0 to 1; a choice by its position.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { positionOf, valueAt } from "@/evaluation/search/space.ts";
 *
 * const rate = { name: "learning_rate", kind: "number", min: 0.01, max: 1, log: true } as const;
 * expect(positionOf(rate, 0.1)).toBeCloseTo(0.5);
 * expect(valueAt(rate, 0.5)).toBe(0.1);
 * ```
 */
export function positionOf(dimension: Dimension, value: string | number | boolean): number {
  if (dimension.kind === "choice") {
    return Math.max(0, dimension.values.indexOf(value)) / Math.max(1, dimension.values.length - 1);
  }
  const { min, max, log } = dimension, of = (x: number) => log ? Math.log(x) : x;
  if (max === min) return 0.5;
  return Math.min(1, Math.max(0, (of(Number(value)) - of(min)) / (of(max) - of(min))));
}

/** The value at a position from 0 to 1. */
export function valueAt(dimension: Dimension, position: number): string | number | boolean {
  const at = Math.min(1, Math.max(0, position));
  if (dimension.kind === "choice") {
    return dimension.values[Math.min(dimension.values.length - 1, Math.floor(at * dimension.values.length))]!;
  }
  const { min, max, log, kind } = dimension;
  const value = log ? Math.exp(Math.log(min) + at * (Math.log(max) - Math.log(min))) : min + at * (max - min);
  if (kind === "integer") return Math.min(Math.floor(max), Math.max(Math.ceil(min), Math.round(value)));
  // Four digits say enough, and are the same on every machine.
  return Math.min(max, Math.max(min, Number(value.toPrecision(4))));
}

/**
 * How far two points lie apart, where each dimension is from 0 to 1; a choice is the same or another one.
 *
 * @returns From 0 to the root of the number of dimensions; what one of the points leaves open counts as nothing.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { distanceOf } from "@/evaluation/mod.ts";
 *
 * const space = [
 *   { name: "leaves", kind: "integer", min: 4, max: 64, log: true },
 *   { name: "objective", kind: "choice", values: ["l1", "l2"] },
 * ] as const;
 * expect(distanceOf(space, { leaves: 4, objective: "l1" }, { leaves: 16, objective: "l1" })).toBeCloseTo(0.5);
 * expect(distanceOf(space, { leaves: 8, objective: "l1" }, { leaves: 8, objective: "l2" })).toBe(1);
 * ```
 */
export function distanceOf(space: Space, first: Point, other: Point): number {
  const parts = space.map((dimension) => {
    const own = first[dimension.name], theirs = other[dimension.name];
    if (own === undefined || theirs === undefined) return 0;
    if (dimension.kind === "choice") return own === theirs ? 0 : 1;
    return positionOf(dimension, own) - positionOf(dimension, theirs);
  });
  return Math.hypot(...parts);
}
