/**
 * What must be true of a sample before native code sees it: that code checks nothing, and trains on anything.
 *
 * @module
 */
import { column, type Floats, type Matrix, type Sample, selectColumns } from "@/core/matrix.ts";

/**
 * Refuses a sample that cannot be learnt from: no rows, lengths that differ, targets or weights that are not finite,
 * codes that are no codes.
 *
 * @param kind The algorithm, for the message.
 * @param options.lowest The smallest target that the objective allows.
 * @throws {TypeError} If the shapes do not fit together.
 * @throws {RangeError} If a value is out of range; names its row, 0 for the first.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { demandLearnable } from "@/models/native/learnable.ts";
 *
 * const x = { names: ["promo"], rows: 2, data: Float32Array.of(0, 1), categorical: [] };
 * expect(() => demandLearnable("lightgbm", { x, y: Float32Array.of(5, NaN) })).toThrow("y must be finite: row 1 has NaN");
 * ```
 */
export function demandLearnable(
  kind: string,
  { x, y, weight }: Sample,
  { lowest = -Infinity }: { readonly lowest?: number } = {},
): void {
  const cannot = `Cannot fit ${kind}`;
  if (x.names.length === 0) throw new TypeError(`${cannot} as it needs at least one feature: there is none`);
  const repeated = x.names.find((name, i) => x.names.indexOf(name) !== i);
  if (repeated !== undefined) throw new TypeError(`${cannot} as feature names must differ: "${repeated}" occurs twice`);
  if (x.rows < 1) throw new RangeError(`${cannot} as it needs at least one row: there are ${x.rows}`);
  demandLength(cannot, "x", x.data, x.rows * x.names.length);
  demandLength(cannot, "y", y, x.rows);
  demandEach(cannot, "y must be finite", y, Number.isFinite);
  if (lowest > -Infinity) demandEach(cannot, `y must be at least ${lowest}`, y, (value) => value >= lowest);
  if (weight !== undefined) {
    demandLength(cannot, "weight", weight, x.rows);
    demandEach(cannot, "weights must be finite and not negative", weight, (w) => Number.isFinite(w) && w >= 0);
    if (!weight.some((w) => w > 0)) throw new RangeError(`${cannot} as some weight must be above 0: all are 0`);
  }
  for (const name of x.categorical) {
    const isCode = (value: number) => Number.isNaN(value) || (Number.isInteger(value) && value >= 0);
    demandEach(cannot, `codes of "${name}" must be 0, 1, 2, … or missing`, column(x, name), isCode);
  }
}

/**
 * A validation sample with the training matrix's columns in their order; copies only when it has to.
 *
 * @throws {RangeError} If it lacks one of the columns.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { alignColumns } from "@/models/native/learnable.ts";
 *
 * const x = { names: ["a", "b"], rows: 1, data: Float32Array.of(1, 2), categorical: [] };
 * const sample = { x, y: Float32Array.of(3) };
 * expect(alignColumns(sample, ["a", "b"])).toBe(sample);
 * expect([...alignColumns(sample, ["b", "a"]).x.data]).toEqual([2, 1]);
 * ```
 */
export function alignColumns(sample: Sample, names: readonly string[]): Sample {
  const same = sample.x.names.length === names.length && names.every((name, i) => sample.x.names[i] === name);
  return same ? sample : { ...sample, x: selectColumns(sample.x, names) };
}

/**
 * The monotone directions of all columns in order, as the libraries' lists want them: `1,0,-1`.
 *
 * @throws {RangeError} If a direction is given for a column that the matrix does not have.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { monotoneList } from "@/models/native/learnable.ts";
 *
 * const x = { names: ["promo", "price"], rows: 1, data: Float32Array.of(1, 2), categorical: [] };
 * expect(monotoneList("lightgbm", { price: -1 }, x)).toBe("0,-1");
 * ```
 */
export function monotoneList(kind: string, monotone: Readonly<Record<string, number>>, { names }: Matrix): string {
  const stranger = Object.keys(monotone).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new RangeError(
      `Cannot fit ${kind} monotone in "${stranger}" as there is no such feature: there are ${names.join(", ")}`,
    );
  }
  return names.map((name) => monotone[name] ?? 0).join(",");
}

function demandLength(cannot: string, what: string, values: Floats, wanted: number): void {
  if (values.length !== wanted) {
    throw new TypeError(`${cannot} as ${what} must have ${wanted} values: it has ${values.length}`);
  }
}

function demandEach(cannot: string, rule: string, values: Floats, holds: (value: number) => boolean): void {
  const row = values.findIndex((value) => !holds(value));
  if (row >= 0) throw new RangeError(`${cannot} as ${rule}: row ${row} has ${values[row]}`);
}
