import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ModelUnavailableError, ParamsError } from "@/core/errors.ts";
import type { Sample } from "@/core/matrix.ts";
import type { Files, Regressor } from "@/core/regressor.ts";
import { lightgbm } from "@/models/lightgbm.ts";
import { visitBlocks } from "@/models/native/blocks.ts";
import { randomForest } from "@/models/random_forest.ts";
import { xgboost } from "@/models/xgboost.ts";
import { learnableSample } from "../support/learnable_sample.ts";

const small = learnableSample({ rows: 60 });
const quick = (regressor: Regressor) =>
  regressor === randomForest ? regressor.defaults : { ...regressor.defaults, rounds: 3, threads: 1 };
const fit = (regressor: Regressor, sample: Sample, params = {}) =>
  regressor.fit(sample, { ...quick(regressor), ...params }, { seed: 1 });

for (const regressor of [lightgbm, xgboost, randomForest] as readonly Regressor[]) {
  describe(`${regressor.kind} refuses what it cannot learn from`, () => {
    const y = (value: number) => ({ ...small, y: Float32Array.from(small.y, (v, row) => row === 17 ? value : v) });

    it("a target that is NaN or infinite, naming its row", async () => {
      await expect(fit(regressor, y(NaN))).rejects.toThrow(
        `Cannot fit ${regressor.kind} as y must be finite: row 17 has NaN`,
      );
      await expect(fit(regressor, y(-Infinity))).rejects.toThrow("row 17 has -Infinity");
    });

    it("weights that are negative, not finite, or all zero", async () => {
      const weight = (value: number) => ({ ...small, weight: new Float32Array(60).fill(value) });
      await expect(fit(regressor, weight(-1))).rejects.toThrow("weights must be finite and not negative: row 0 has -1");
      await expect(fit(regressor, weight(Infinity))).rejects.toThrow("row 0 has Infinity");
      await expect(fit(regressor, weight(0))).rejects.toThrow("some weight must be above 0");
    });

    it("lengths that do not fit together", async () => {
      const { x } = small;
      await expect(fit(regressor, { ...small, y: small.y.subarray(1) })).rejects.toThrow("y must have 60 values");
      await expect(fit(regressor, { ...small, x: { ...x, data: x.data.subarray(1) } })).rejects.toThrow(
        "x must have 240 values: it has 239",
      );
    });

    it("a matrix without rows, without columns, or with a column twice", async () => {
      const x = (names: string[], rows: number) => ({
        x: { names, rows, data: new Float32Array(rows * names.length), categorical: [] },
        y: new Float32Array(rows),
      });
      await expect(fit(regressor, x(["a"], 0))).rejects.toThrow("at least one row");
      await expect(fit(regressor, x([], 5))).rejects.toThrow("at least one feature");
      await expect(fit(regressor, x(["a", "b", "a"], 5))).rejects.toThrow('"a" occurs twice');
    });

    it("categorical codes that are no codes", async () => {
      const x = { ...small.x, categorical: ["noise"] };
      await expect(fit(regressor, { ...small, x })).rejects.toThrow('codes of "noise" must be 0, 1, 2');
    });

    it("parameters out of range or of another type, all in one message", async () => {
      const [first, second] = regressor === randomForest ? ["trees", "sample"] : ["rounds", "max_bin"];
      const fitting = fit(regressor, small, { [first!]: 0, [second!]: "many" });
      await expect(fitting).rejects.toThrow(ParamsError);
      const { problems } = await fitting.catch((error) => error);
      expect(problems.length).toBe(2);
      expect(problems.join()).toMatch(new RegExp(`${first} must be >= 1.*|${second} must be integer`));
    });
  });

  describe(`${regressor.kind} learns from awkward samples`, () => {
    const awkward: Record<string, Sample> = {
      "a single row": {
        x: { names: ["a"], rows: 1, data: Float32Array.of(1), categorical: [] },
        y: Float32Array.of(5),
      },
      "a constant target": { ...small, y: new Float32Array(60).fill(5) },
      "a column without any value": {
        ...small,
        x: { ...small.x, data: small.x.data.map((v, i) => i < 60 ? NaN : v) },
      },
      "names with spaces and brackets": {
        ...small,
        x: { ...small.x, names: ["promo, now", "day [of] week", "dis:tance", "größe"], categorical: [] },
      },
      "weights": { ...small, weight: small.y.map((_, row) => row % 2) },
    };
    for (const [name, sample] of Object.entries(awkward)) {
      it(name, async () => {
        using model = await fit(regressor, sample);
        using loaded = await regressor.load(model.save());
        const predictions = loaded.predict(sample.x);
        expect(predictions.every(Number.isFinite)).toBe(true);
        expect(loaded.features).toEqual(sample.x.names);
        const shares = Object.entries(loaded.importance?.() ?? {});
        expect(shares.every(([feature, share]) => sample.x.names.includes(feature) && share >= 0)).toBe(true);
        if (name.includes("single") || name.includes("constant")) {
          expect(predictions.every((value) => Math.abs(value - 5) < 1e-6)).toBe(true);
        }
      });
    }
  });
}

describe("objectives refuse what they are not made for", () => {
  const negative = { ...small, y: small.y.map((v, row) => row === 3 ? -1 : v) };
  it("counts and tweedie refuse negative targets, naming the row", async () => {
    await expect(fit(lightgbm, negative, { objective: "poisson" })).rejects.toThrow(
      "y must be at least 0: row 3 has -1",
    );
    await expect(fit(xgboost, negative, { objective: "reg:tweedie" })).rejects.toThrow("row 3 has -1");
  });
  it("a quantile lies below 1", async () => {
    await expect(fit(lightgbm, small, { objective: "quantile", alpha: 1.5 })).rejects.toThrow("alpha must be < 1");
  });
  it("a monotone direction needs its feature", async () => {
    await expect(fit(lightgbm, small, { monotone: { price: -1 } })).rejects.toThrow("no such feature: there are promo");
    await expect(fit(xgboost, small, { monotone: { price: -1 } })).rejects.toThrow('monotone in "price"');
  });
  it("xgboost refuses infinite features in its own words", async () => {
    const x = { ...small.x, data: small.x.data.map((v, i) => i === 5 ? Infinity : v), categorical: [] };
    await expect(fit(xgboost, { ...small, x })).rejects.toThrow(/XGBoost says ".*inf/s);
  });
});

describe("a monotone feature", () => {
  for (const regressor of [lightgbm, xgboost] as readonly Regressor[]) {
    it(`never turns a ${regressor.kind} forecast the other way`, async () => {
      const params = { rounds: 50, monotone: { distance: -1 } }; // the sample's true direction is the opposite
      using model = await fit(regressor, learnableSample(), params);
      const rows = 50;
      const x = { ...small.x, rows, data: new Float32Array(rows * 4).map((_, i) => i >= 100 && i < 150 ? i - 100 : 1) };
      const forecasts = model.predict(x);
      expect(forecasts.every((value, i) => i === 0 || value <= forecasts[i - 1]!)).toBe(true);
    });
  }
});

for (const [regressor, file] of [[lightgbm, "model.txt"], [xgboost, "model.ubj"]] as readonly [Regressor, string][]) {
  describe(`a damaged ${regressor.kind} model is refused before native code sees it`, () => {
    const saved = async () => {
      using model = await fit(regressor, small);
      return model.save();
    };
    const edited = (files: Files, edit: (card: Record<string, unknown>) => unknown): Files => {
      const card = JSON.parse(new TextDecoder().decode(files["model.json"]));
      return { ...files, "model.json": new TextEncoder().encode(JSON.stringify(edit(card))) };
    };

    it("one changed byte", async () => {
      const files = await saved();
      const bytes = files[file]!.slice();
      bytes[bytes.length >> 1]! ^= 1;
      const loading = regressor.load({ ...files, [file]: bytes });
      await expect(loading).rejects.toThrow(ModelUnavailableError);
      await expect(regressor.load({ ...files, [file]: bytes })).rejects.toThrow(
        /must have sha256 [0-9a-f]{64}: it has/,
      );
    });

    it("a truncated file, an empty one, a missing one", async () => {
      const files = await saved();
      await expect(regressor.load({ ...files, [file]: files[file]!.slice(0, 99) })).rejects.toThrow("was changed");
      await expect(regressor.load({ ...files, [file]: new Uint8Array() })).rejects.toThrow("was changed");
      const { [file]: _, ...rest } = files;
      await expect(regressor.load(rest)).rejects.toThrow(`its file ${file} is missing`);
    });

    it("facts that are not facts", async () => {
      const files = await saved();
      await expect(regressor.load(edited(files, ({ features: _, ...card }) => card))).rejects.toThrow('"features"');
      await expect(regressor.load(edited(files, (card) => ({ ...card, params: null })))).rejects.toThrow('"params"');
      await expect(regressor.load(edited(files, (card) => ({ ...card, kind: "other" })))).rejects.toThrow("other");
    });

    it("a list of features that is not the model's", async () => {
      const files = await saved();
      const shorter = edited(files, (card) => ({ ...card, features: ["promo"] }));
      await expect(regressor.load(shorter)).rejects.toThrow("must have 1 features");
    });

    it("and a model that was disposed of does not answer", async () => {
      const model = await regressor.load(await saved());
      model[Symbol.dispose]();
      model[Symbol.dispose]();
      expect(() => model.predict(small.x)).toThrow("disposed");
    });
  });
}

describe("visitBlocks()", () => {
  it("visits neighbouring columns at once, as a view of the matrix", () => {
    const x = learnableSample({ rows: 40_000 }).x;
    let visits = 0;
    visitBlocks(x, ["weekday", "distance"], (values, rows) => {
      visits++;
      expect(rows).toBe(40_000);
      expect(values.buffer).toBe(x.data.buffer);
    });
    expect(visits).toBe(1);
  });

  it("visits columns that stand apart block by block, every row once", () => {
    const x = learnableSample({ rows: 70_000 }).x;
    const seen = new Float32Array(70_000);
    visitBlocks(x, ["noise", "promo"], (values, rows, first) => seen.set(values.subarray(0, rows), first));
    expect(seen).toEqual(Float32Array.from(x.data.subarray(3 * 70_000)));
  });
});
