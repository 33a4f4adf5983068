import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import type { Matrix } from "@/core/matrix.ts";
import { sharedFloats } from "@/core/matrix.ts";
import { random as randomOf } from "@/core/random.ts";
import { lightgbm, type LightGBMParams } from "@/models/lightgbm.ts";
import { loadLightGBM } from "@/models/native/lightgbm/booster.ts";
import { loadXGBoost } from "@/models/native/xgboost/booster.ts";
import { readLightGBMText } from "@/models/trees/read_lightgbm_text.ts";
import { readXGBoostBinary } from "@/models/trees/read_xgboost_binary.ts";
import { predictTrees } from "@/models/trees/tree_ensemble.ts";
import { xgboost, type XGBoostParams } from "@/models/xgboost.ts";

const ROWS = 700;

/** Sales on promotions, days, stores and a distance that is sometimes unknown. */
function shop(seed: number, { missing = 0.2 } = {}): Matrix {
  const { next: random } = randomOf(seed);
  const data = sharedFloats(ROWS * 4);
  for (let i = 0; i < ROWS; i++) {
    data[i] = Math.floor(random() * 7);
    data[ROWS + i] = random() < missing ? NaN : (random() - 0.5) * 1e4;
    data[2 * ROWS + i] = Math.floor(random() * 90);
    data[3 * ROWS + i] = random() < 0.5 ? -0 : random() * 1e-3;
  }
  return { names: ["day", "distance", "store", "rain"], rows: ROWS, data, categorical: ["store"] };
}

const sales = (x: Matrix) =>
  Float32Array.from({ length: ROWS }, (_, i) => {
    const [day, distance, store] = [x.data[i]!, x.data[ROWS + i]!, x.data[2 * ROWS + i]!];
    return 100 + 7 * day + (Number.isNaN(distance) ? 30 : distance / 500) + (store * 37) % 50;
  });

async function fitted(x: Matrix, params: Partial<LightGBMParams> = {}, seed = 1) {
  const rounds = 25;
  using model = await lightgbm.fit({ x, y: sales(x) }, { ...lightgbm.defaults, rounds, ...params }, { seed });
  return model.save()["model.txt"]!;
}

function both(text: Uint8Array<ArrayBuffer>, x: Matrix): { trees: Float64Array; native: Float64Array } {
  const trees = readLightGBMText(new TextDecoder().decode(text))!;
  const ours = new Float64Array(x.rows), theirs = new Float64Array(x.rows);
  predictTrees(trees, x.data, x.rows, ours);
  using booster = loadLightGBM(text, { features: x.names.length, threads: 1, linear: false });
  booster.predict(x.data, x.rows, theirs);
  return { trees: ours, native: theirs };
}

describe("predictTrees()", () => {
  it("gives the bits of LightGBM's own prediction, whatever the trees", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1000 }),
          missing: fc.constantFrom(0, 0.2, 1),
          objective: fc.constantFrom("l2" as const, "l1" as const, "huber" as const, "quantile" as const),
          num_leaves: fc.constantFrom(2, 7, 63),
        }),
        async ({ seed, missing, objective, num_leaves }) => {
          const text = await fitted(shop(seed, { missing }), { objective, num_leaves, min_data_in_leaf: 3 }, seed);
          // Other rows than it learnt from: values and categories that it never saw, missing ones where there were none.
          const { trees, native } = both(text, shop(seed + 1));
          expect(trees).toEqual(native);
        },
      ),
      { numRuns: 12, seed: 7 },
    );
  });

  it("asks a category that no number can be to go right, as LightGBM does", async () => {
    const x = shop(3), text = await fitted(x);
    const odd = { ...x, data: sharedFloats(x.data.length) };
    odd.data.set(x.data);
    [NaN, -1, -0.5, 1e9, 3e9, Infinity, -Infinity, 4.7].forEach((code, row) => odd.data[2 * ROWS + row] = code);
    const { trees, native } = both(text, odd);
    expect(trees).toEqual(native);
  });

  it("gives single rows the bits that they have in a large block", async () => {
    const x = shop(5), trees = readLightGBMText(new TextDecoder().decode(await fitted(x)))!;
    const all = new Float64Array(ROWS), one = new Float64Array(1);
    predictTrees(trees, x.data, ROWS, all);
    for (let row = 0; row < ROWS; row += 13) {
      predictTrees(trees, Float32Array.from({ length: 4 }, (_, k) => x.data[k * ROWS + row]!), 1, one);
      expect(one[0]).toBe(all[row]);
    }
  });

  it("adds up trees that have no split", async () => {
    const x = shop(6);
    const text = await fitted(x, { min_data_in_leaf: ROWS });
    const { trees, native } = both(text, x);
    expect(trees).toEqual(native);
  });

  it("handles more rows than a block, the last one part full", async () => {
    const x = shop(8), trees = readLightGBMText(new TextDecoder().decode(await fitted(x)))!;
    const copies = 7, rows = ROWS * copies;
    const data = new Float32Array(rows * 4);
    for (let k = 0; k < 4; k++) {
      for (let c = 0; c < copies; c++) data.set(x.data.subarray(k * ROWS, (k + 1) * ROWS), k * rows + c * ROWS);
    }
    const all = new Float64Array(rows), once = new Float64Array(ROWS);
    predictTrees(trees, data, rows, all);
    predictTrees(trees, x.data, ROWS, once);
    for (let c = 0; c < copies; c++) expect(all.slice(c * ROWS, (c + 1) * ROWS)).toEqual(once);
  });

  it("refuses arrays of another size", () => {
    const trees = readLightGBMText(
      "num_tree_per_iteration=1\nmax_feature_idx=1\nobjective=regression\nTree=0\nleaf_value=3\n",
    )!;
    expect(() => predictTrees(trees, new Float32Array(3), 1, new Float64Array(1))).toThrow(
      "Cannot predict 1 rows of 2 features with 3 values and room for 1",
    );
  });
});

describe("predictTrees() of XGBoost's trees", () => {
  const OBJECTIVES = [
    "reg:squarederror",
    "rmspe",
    "reg:absoluteerror",
    "reg:pseudohubererror",
    "reg:quantileerror",
  ] as const;

  async function grown(x: Matrix, params: Partial<XGBoostParams>, seed = 1) {
    using model = await xgboost.fit({ x, y: sales(x) }, { ...xgboost.defaults, threads: 1, ...params }, { seed });
    return model.save()["model.ubj"]!;
  }

  /** The next 32-bit float above one that is not 0. */
  function floatAbove(value: number): number {
    const bits = new Int32Array(1), float = new Float32Array(bits.buffer);
    float[0] = value;
    bits[0]! += value > 0 ? 1 : -1;
    return float[0]!;
  }

  /** Other rows than those that were learnt from: each value from somewhere, some missing, some like no value ever was. */
  function strange(x: Matrix, limits: ArrayLike<number>, seed: number): Matrix {
    const { next } = randomOf(seed), data = sharedFloats(x.data.length);
    const odd = [NaN, NaN, NaN, -0, 0, Infinity, -Infinity, 2 ** -149, -(2 ** -149), 3.4e38, -3.4e38];
    for (let i = 0; i < data.length; i++) {
      const draw = next(), any = (from: ArrayLike<number>) => from[Math.floor(next() * from.length)]!;
      if (draw < 0.3) data[i] = x.data[i]!;
      else if (draw < 0.5) data[i] = any(odd);
      else if (draw < 0.7) data[i] = any(limits);
      else if (draw < 0.9) data[i] = floatAbove(any(limits));
      else data[i] = any(x.data);
    }
    return { ...x, data };
  }

  function ofBoth(
    bytes: Uint8Array<ArrayBuffer>,
    x: Matrix,
  ): { readonly ours: Float64Array; readonly native: Float64Array } {
    const { trees, base } = readXGBoostBinary(bytes),
      native = new Float64Array(x.rows),
      ours = new Float64Array(x.rows);
    predictTrees(trees, x.data, x.rows, ours, { start: Math.fround(base), single: true });
    using booster = loadXGBoost(bytes, { features: x.names, threads: 1, linked: false });
    booster.predict(x.data, x.rows, native);
    return { ours, native };
  }

  /** A row of a matrix by itself. */
  const rowOf = ({ names, rows, data }: Matrix, row: number) =>
    Float32Array.from(names, (_, k) => data[k * rows + row]!);

  it("gives the bits of XGBoost's own prediction, whatever the trees and the rows", async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1000 }),
          missing: fc.constantFrom(0, 0.2, 1),
          objective: fc.constantFrom(...OBJECTIVES),
          max_depth: fc.constantFrom(1, 3, 8),
          rounds: fc.constantFrom(1, 40, 120),
          eta: fc.constantFrom(0.07, 1),
        }),
        async ({ seed, missing, ...params }) => {
          const x = shop(seed, { missing });
          const bytes = await grown(x, { ...params, min_child_weight: 1 }, seed);
          const { trees, base } = readXGBoostBinary(bytes), one = new Float64Array(1);
          for (const asked of [shop(seed + 1), strange(x, trees.threshold, seed)]) {
            const { ours, native } = ofBoth(bytes, asked);
            expect(ours).toEqual(native);
            rows += asked.rows;
            for (let row = 0; row < asked.rows; row += 31) {
              predictTrees(trees, rowOf(asked, row), 1, one, { start: Math.fround(base), single: true });
              expect(one[0]).toBe(native[row]);
            }
          }
        },
      ),
      { numRuns: 12, seed: 7 },
    );
    expect(rows).toBeGreaterThan(10_000);
  });

  it("changes no bit of a model that has been asked often enough to be read", async () => {
    for (const objective of [...OBJECTIVES, "count:poisson", "reg:tweedie"] as const) {
      const x = shop(4), bytes = await grown(x, { objective, rounds: 60 });
      const linked = objective === "count:poisson" || objective === "reg:tweedie";
      using booster = loadXGBoost(bytes, { features: x.names, threads: 1, linked });
      const asked = strange(x, readXGBoostBinary(bytes).trees.threshold, 9);
      const together = new Float64Array(x.rows), one = new Float64Array(1);
      booster.predict(asked.data, x.rows, together);
      for (let row = 0; row < x.rows; row++) {
        booster.predict(rowOf(asked, row), 1, one);
        expect([objective, row, one[0]]).toEqual([objective, row, together[row]]);
      }
    }
  });
});

describe("readLightGBMText()", () => {
  it("leaves models alone whose prediction is more than a sum of leaves", async () => {
    const x = shop(9);
    const read = async (params: Partial<LightGBMParams>) =>
      readLightGBMText(new TextDecoder().decode(await fitted(x, params)));
    expect(await read({ objective: "poisson" })).toBe(undefined);
    expect(await read({ objective: "tweedie" })).toBe(undefined);
    expect(await read({ linear_tree: true })).toBe(undefined);
    expect(await read({ objective: "l2" })).toBeDefined();
  });
});
