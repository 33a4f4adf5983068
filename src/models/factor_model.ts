import { column, type Matrix } from "@/core/matrix.ts";
import type { ForecastScale, Model, Pooling, Regressor } from "@/core/regressor.ts";
import { BIAS, explained, onScale, rescaled } from "@/models/explanation.ts";
import { cellShare, cellTable, joinCells } from "@/models/math/cell_table.ts";
import { codesOf, indexKey, type KeyIndex } from "@/models/math/key_index.ts";
import { proportionalFit } from "@/models/math/proportional_fit.ts";
import { readModel, writeModel } from "@/models/model_json.ts";
import { validParams } from "@/models/valid_params.ts";

const KIND = "factor_model";
/** A factor of 0 has no logarithm. */
const LEAST_FACTOR = 1e-9;

const DEFAULTS: FactorModelParams = {
  keys: [["series"], ["day_of_week"], ["month"], ["year"]],
  passes: 4,
  min: 1,
  trend: "year",
};

/** Parameters of the multiplicative factor model. */
export type FactorModelParams = {
  /** One factor per level of each key; a key is one column, or several taken together. */
  readonly keys: readonly (readonly string[])[];
  /** How often the fit goes through all keys. */
  readonly passes: number;
  /** Levels with fewer training rows are treated as average. */
  readonly min: number;
  /** A key of this one column goes on beyond its last level: next year is this year times the mean growth. */
  readonly trend: string;
};

/** A key, its levels, and a factor for each of them. */
interface FactorKey {
  readonly columns: readonly string[];
  readonly index: KeyIndex;
  readonly factors: readonly number[];
  /** What each step beyond the last level multiplies by, for the trend's key. */
  readonly growth?: number;
}

interface Learnt {
  readonly level: number;
  readonly keys: readonly FactorKey[];
  /** No forecast is above it; models from before there was a limit lack it. */
  readonly most?: number;
}

/** How far above the best day ever a forecast may be: large factors of two keys may meet in a cell that was never seen. */
const HEADROOM = 2;

/**
 * The fit rests on sums alone: how many rows there are of each store, weekday, month and year together, and what they
 * sold. They are exact, so that neither the order of the rows nor their machine shows in the factors.
 */
const POOLING: Pooling<FactorModelParams> = {
  share({ x, y, weight }, params) {
    const { keys } = validParams(factorModel, params);
    return cellShare(
      Object.fromEntries([...new Set(keys.flat())].sort().map((name) => [name, column(x, name)])),
      y,
      weight,
    );
  },
  join: joinCells,
  fit(joined, params) {
    const { keys, passes, min, trend } = validParams(factorModel, params);
    const { values, weight, sold, rows, most } = cellTable(joined);
    const columnsOf = (key: readonly string[]) => key.map((name) => values[name]!);
    const indexes = keys.map((key) => indexKey(columnsOf(key), { min, rows }));
    const groupings = indexes.map((index, k) => ({
      codes: codesOf(index, columnsOf(keys[k]!)),
      count: index.cells.length,
    }));
    const { level, factors } = proportionalFit(sold, groupings, { weight, passes });
    return factorModelOf({
      level,
      most: HEADROOM * most.reduce((largest, one) => Math.max(largest, one), 0),
      keys: keys.map((columns, k) => {
        const key = { columns, index: indexes[k]!, factors: [...factors[k]!] };
        return columns.length === 1 && columns[0] === trend ? { ...key, growth: meanGrowth(key) } : key;
      }),
    });
  },
};

/**
 * Explains sales as a product: what the store sells, times what the weekday does to it, times the month, times the year.
 *
 * A Poisson regression with one factor per level of each key, in units of y and never negative. Twenty lines that beat
 * boosting where nothing but the calendar is known. A level that training never saw counts as average (factor 1), except
 * that years go on growing as they did. No forecast is above twice the largest target of the training. Source: iterative proportional fitting, Deming and Stephan (1940).
 *
 * @throws {RangeError} If a key's column is missing from the sample.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { factorModel } from "@/models/mod.ts";
 *
 * const x = { names: ["store", "weekday"], rows: 3, data: Float32Array.of(1, 1, 2, 1, 2, 1), categorical: [] };
 * const params = { ...factorModel.defaults, keys: [["store"], ["weekday"]], passes: 30 };
 * using model = await factorModel.fit({ x, y: Float32Array.of(10, 30, 20) }, params, { seed: 1 });
 *
 * // Store 2 was never seen on weekday 2: twice store 1, three times weekday 1.
 * const unseen = { names: ["store", "weekday"], rows: 1, data: Float32Array.of(2, 2), categorical: [] };
 * expect(model.predict(unseen)[0]).toBeCloseTo(60);
 * ```
 */
export const factorModel: Regressor<FactorModelParams> = {
  kind: KIND,
  defaults: DEFAULTS,
  schema: {
    type: "object",
    properties: {
      keys: {
        type: "array",
        minItems: 1,
        items: { type: "array", minItems: 1, items: { type: "string" } },
        description: "One factor per level of each key; a key is a list of columns",
        default: DEFAULTS.keys,
      },
      passes: {
        type: "integer",
        minimum: 1,
        maximum: 100,
        description: "How often the fit goes through all keys",
        default: DEFAULTS.passes,
      },
      min: {
        type: "integer",
        minimum: 1,
        description: "Levels with fewer training rows are treated as average",
        default: DEFAULTS.min,
      },
      trend: {
        type: "string",
        description: "The column whose key grows beyond its last level; empty for none",
        default: DEFAULTS.trend,
      },
    },
    required: ["keys", "passes", "min", "trend"],
    additionalProperties: false,
  },
  // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
  async fit(train, params, { signal }) {
    signal?.throwIfAborted();
    return POOLING.fit(POOLING.join([POOLING.share(train, params)]), params);
  },
  pooling: POOLING,
  // deno-lint-ignore require-await
  async load(files) {
    return factorModelOf(readModel<Learnt>(KIND, files));
  },
};

function factorModelOf({ level, keys, most = Infinity }: Learnt): Model {
  const features = [...new Set(keys.flatMap((key) => key.columns))];
  return {
    kind: KIND,
    features,
    predict(x) {
      const forecast = new Float64Array(x.rows).fill(level);
      for (const key of keys) {
        factorsOf(key, x).forEach((factor, i) => forecast[i]! *= factor);
      }
      return forecast.map((value) => Math.min(most, value));
    },
    // Factors multiply, so their logarithms add up; a key of several columns is shared among them equally.
    explain(x: Matrix, scale: ForecastScale) {
      const columns = Object.fromEntries(features.map((name) => [name, new Float64Array(x.rows)]));
      for (const key of keys) {
        const share = 1 / key.columns.length;
        factorsOf(key, x).forEach((factor, i) => {
          for (const name of key.columns) columns[name]![i]! += share * Math.log(Math.max(LEAST_FACTOR, factor));
        });
      }
      const usual = new Float64Array(x.rows).fill(Math.log(Math.max(LEAST_FACTOR, level)));
      const logs = explained({ ...columns, [BIAS]: usual }, x.rows);
      return rescaled(logs, (log) => onScale(Math.min(most, Math.exp(log)), scale));
    },
    save: () => writeModel(KIND, { level, keys, ...(most < Infinity && { most }) }),
    [Symbol.dispose]() {},
  };
}

/** What a key multiplies each row by. */
function factorsOf({ columns, index, factors, growth }: FactorKey, x: Matrix): Float64Array {
  const values = columnsOf(x, columns), codes = codesOf(index, values);
  const steps = growth === undefined ? [] : seenValues(index);
  return Float64Array.from(codes, (code, i) => {
    if (code >= 0) return factors[code]!;
    return growth === undefined ? 1 : beyond(values[0]![i]!, steps, factors, growth);
  });
}

function columnsOf(x: Matrix, key: readonly string[]) {
  return key.map((name) => column(x, name));
}

/** The factor of a year that training did not see. */
function beyond(value: number, steps: readonly number[], factors: readonly number[], growth: number): number {
  const first = steps[0] ?? NaN, last = steps.at(-1) ?? NaN;
  if (value > last) return factors.at(-1)! * growth ** (value - last);
  if (value < first) return factors[0]!;
  return 1;
}

/** The values of a one-column key that have a factor, ascending. */
function seenValues({ values, cells }: KeyIndex): number[] {
  return cells.map((cell) => values[0]![cell]!);
}

/** What one step along the trend's levels multiplied by, on average; kept within what a shop can live through. */
function meanGrowth({ index, factors }: FactorKey): number {
  const at = seenValues(index);
  const first = factors[0] ?? 0, last = factors.at(-1) ?? 0;
  if (at.length < 2 || !(first > 0 && last > 0)) return 1;
  const growth = (last / first) ** (1 / (at.at(-1)! - at[0]!));
  return Math.min(1.25, Math.max(0.8, growth));
}
